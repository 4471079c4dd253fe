"""`/v1/tenants`: one's own."""

from gateway.tenants import commands
from gateway.tenants.commands import HostInUse
from gateway.tenants.queries import TENANTS
from gateway.tenants.schemas import TenantOut, TenantPatch
from shared.db.pool import Record
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("tenants")
router.lists(TENANTS, TenantOut, summary="The caller's own tenant.")
router.reads(TENANTS, TenantOut, summary="The caller's own tenant by its id.")


@router.patch(permission="tenants:write", returns=TENANTS, out=TenantOut, problems=[HostInUse])
async def change_tenant(id: str, body: TenantPatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change the name, the default locale, the host names that lead to the tenant, or where its people sign in."""
    return await commands.change(tx, tenant_id=id, version=version, changes=body.changes(), by_vendor=caller.is_vendor)

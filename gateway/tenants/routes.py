"""`/v1/tenants`: one's own."""

from gateway.tenants import commands
from gateway.tenants.commands import HostInUse
from gateway.tenants.queries import TENANTS
from gateway.tenants.schemas import TenantOut, TenantPatch
from shared.db.pool import Record
from shared.errors import Fault, Invalid
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("tenants")
router.lists(TENANTS, TenantOut, summary="The caller's own tenant.")
router.reads(TENANTS, TenantOut, summary="The caller's own tenant by its id.")


@router.patch(permission="tenants:write", returns=TENANTS, out=TenantOut, problems=[HostInUse])
async def change_tenant(id: str, body: TenantPatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change the name, the default locale, the host names that lead to the tenant, or where its people sign in."""
    changes = body.changes()
    cleared = [
        Fault(f"/{name}", "required", "This cannot be cleared.")
        for name, value in changes.items()
        if value is None and name != "login_url"
    ]
    if cleared:
        raise Invalid(errors=cleared)
    return await commands.change(tx, tenant_id=id, version=version, changes=changes, by_vendor=caller.is_vendor)

"""`/v1/tenants`: one's own; and what a sister service asks for."""

from gateway.tenants import commands
from gateway.tenants.commands import HostInUse
from gateway.tenants.queries import TENANTS, tenant_with
from gateway.tenants.schemas import TenantOut, TenantPatch
from shared.db.pool import Database, Record
from shared.web.params import Http, Principal, Tx, Version
from shared.web.router import Router

router = Router("tenants")
router.lists(TENANTS, TenantOut, summary="The caller's own tenant.")
router.reads(TENANTS, TenantOut, summary="The caller's own tenant by its id.")


@router.patch(permission="tenants:write", returns=TENANTS, out=TenantOut, problems=[HostInUse])
async def change_tenant(id: str, body: TenantPatch, tx: Tx, caller: Principal, version: Version) -> Record:
    """Change the name, the default locale, the host names that lead to the tenant, or where its people sign in."""
    return await commands.change(tx, tenant_id=id, version=version, changes=body.changes(), by_vendor=caller.is_vendor)


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks what a vendor calls itself."""
    lookup = Router("tenants", prefix="/internal")
    query = [{"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_tenant(request: Http) -> dict[str, str]:
        """Return `{"name"}` of a tenant."""
        return {"name": (await tenant_with(database, request.query.get("tenant", ""))).name}

    return lookup

"""Founding a vendor's tenant the way an operator does."""

from gateway.bootstrap import Staff
from gateway.bootstrap import found_tenant as found
from gateway.metadata import PLUMBING
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.settings import Settings


async def found_tenant(settings: Settings, *, slug: str) -> tuple[str, tuple[str, str]]:
    """Make a tenant; returns its id, and mail and password of its first administrator."""
    url = settings.database_url_of("gateway", role=roles_of("gateway")["app"])
    database = Database(url, service="gateway", tables=PLUMBING)
    await database.open()
    try:
        email, password = f"root@{slug}.example", "an unguessable phrase of the tests"
        root = Staff(email=email, password=password, given_name="Root", family_name="Admin")
        founded = await found(database, slug=slug, name=slug.title(), mode="live", staff=[root])
        return founded.tenant_id, (email, password)
    finally:
        await database.close()

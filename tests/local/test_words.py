"""What an operator does about objects that no search finds."""

import asyncio
import sys

from tests.databases import SECRET
from tests.partners.make import working_partner
from tests.system import System, Tenant


async def prm(database_url: str) -> str:
    """Run `prm words` as an operator does; returns what it showed."""
    environment = {"PRM_DATABASE_URL": database_url, "PRM_SECRET_KEY": SECRET, "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.cli", "words"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    assert process.returncode == 0, shown.decode()
    return shown.decode()


async def test_objects_without_words_are_found_again(system: System, tenant: Tenant, database_url: str) -> None:
    vendor = tenant.vendor()
    partner_id = await working_partner(vendor, name="Brought in with SQL")
    await prm(database_url)
    await system.superuser.execute("DELETE FROM partners.partners_words WHERE id = $1", partner_id)
    assert (await vendor.get("/v1/partners", q="brought"))["data"] == []

    shown = [await prm(database_url), await prm(database_url)]

    assert [each["id"] for each in (await vendor.get("/v1/partners", q="brought"))["data"]] == [partner_id]
    assert "Objects given their words: 1." in shown[0]
    assert "Every object has its words." in shown[1]

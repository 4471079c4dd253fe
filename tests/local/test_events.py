"""What an operator does about events that could not be handled."""

import asyncio
import sys

from tests.databases import SECRET
from tests.system import System, Tenant

_PARK = """
INSERT INTO deals.parked_events (tenant_id, event_id, source, subject, position, envelope, attempts, error, parked_at)
VALUES ($1, 'evt_stuck', 'leads', 'lead_1', '1.2.3', '{"type": "lead.converted.v1"}', 8, 'no such family', now())
"""


async def prm(database_url: str, *words: str) -> tuple[int, str]:
    """Run a command as an operator does; returns its exit code and what it showed."""
    environment = {"PRM_DATABASE_URL": database_url, "PRM_SECRET_KEY": SECRET, "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.cli", "events", *words),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    return process.returncode or 0, shown.decode()


async def test_an_event_that_could_not_be_handled_is_shown_with_its_reason_and_tried_again_when_told(
    system: System, tenant: Tenant, database_url: str
) -> None:
    await system.superuser.execute(_PARK, tenant.id)
    try:
        _, shown = await prm(database_url, "parked", "--service", "deals")
        await prm(database_url, "retry", "--service", "deals")
        due = await system.superuser.fetchval(
            "SELECT attempts = 0 AND next_attempt_at <= now() FROM deals.parked_events WHERE tenant_id = $1", tenant.id
        )
    finally:
        await system.superuser.execute("DELETE FROM deals.parked_events WHERE tenant_id = $1", tenant.id)

    assert "lead.converted.v1 evt_stuck" in shown and "no such family" in shown and "when retried" in shown
    assert due is True


async def test_beginning_anew_needs_to_be_told_whose_consumer_and_of_what(database_url: str) -> None:
    code, shown = await prm(database_url, "restart", "--service", "deals")

    assert code == 1
    assert "prm events restart --service deals --source partners" in shown

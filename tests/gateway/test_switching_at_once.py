"""Of several who go on from one session at once, one does, and from a session that has ended nobody."""

import asyncio

from tests.gateway.make import Vendor, accept, caller, invited_person, seller, sign_in, token_mailed, vendor
from tests.gateway.sandboxes import enters
from tests.partners.make import working_partner
from tests.system import Client, Response, System


async def at_two_partners(office: Vendor) -> tuple[Client, str, str]:
    """Somebody of two partners, signed in for the first; with the session, and the other partner."""
    second = await working_partner(office.tenant.vendor(), name="Second")
    desk, email, _ = await seller(office.tenant)
    await invited_person(office.tenant.vendor(), second, email=email)
    assert (await accept(office.tenant, await token_mailed(office.tenant, email))).status == 201
    grant = await sign_in(office.tenant, email, partner_id=desk.partner_id)
    return caller(office.tenant, grant), grant["session_id"], second


async def switched(person: Client, session: str, partner_id: str) -> Response:
    """Ask to act for another partner, whatever has happened to the session."""
    return await person.post(f"/v1/sessions/{session}/switch", {"partner_id": partner_id}, if_match="*")


async def ended_elsewhere(system: System, office: Vendor, session: str) -> None:
    """End a session as another process has it, before this one hears of it."""
    await system.superuser.execute(
        "UPDATE gateway.sessions SET status = 'ended', end_reason = 'signed_out' WHERE tenant_id = $1 AND id = $2",
        office.tenant.id,
        session,
    )


async def test_of_four_who_switch_one_session_at_once_one_gets_another(system: System) -> None:
    office = await vendor(system)
    person, session, second = await at_two_partners(office)

    answers = await asyncio.gather(*(switched(person, session, second) for _ in range(4)))

    # Whoever comes when the session has ended is refused at the door, or at the row.
    assert [each.problem for each in answers].count(None) == 1
    assert {each.problem for each in answers} <= {None, "invalid_transition", "invalid_token"}


async def test_nobody_goes_on_from_or_ends_a_session_that_has_ended_a_moment_ago_elsewhere(system: System) -> None:
    office = await vendor(system)
    person, session, second = await at_two_partners(office)
    await ended_elsewhere(system, office, session)

    answers = [
        await switched(person, session, second),
        await person.request("DELETE", f"/v1/sessions/{session}", headers={"if-match": "*"}),
    ]

    assert [(each.status, each.problem) for each in answers] == [(409, "invalid_transition")] * 2


async def test_nobody_enters_the_sandbox_from_a_session_that_has_ended_a_moment_ago_elsewhere(system: System) -> None:
    office = await vendor(system, mode="live")
    grant = await sign_in(office.tenant, office.email)
    boss = caller(office.tenant, grant)
    await ended_elsewhere(system, office, grant["session_id"])

    answers = [
        await enters(boss, grant["session_id"]),
        await boss.post(f"/v1/sessions/{grant['session_id']}/enter-sandbox", if_match='"99"'),
    ]

    assert [(each.status, each.problem) for each in answers] == [(409, "invalid_transition")] * 2


async def test_whoever_switches_and_signs_out_at_once_does_one_of_the_two(system: System) -> None:
    office = await vendor(system)
    person, session, second = await at_two_partners(office)

    moved, out = await asyncio.gather(
        switched(person, session, second),
        person.request("DELETE", f"/v1/sessions/{session}", headers={"if-match": "*"}),
    )

    assert (moved.status, out.status) in [(201, 401), (201, 409), (401, 204), (409, 204)]

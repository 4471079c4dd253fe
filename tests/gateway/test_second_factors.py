"""A second factor: one-time passwords by the clock, and recovery codes."""

import asyncio
import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.credentials import rules as limits
from gateway.second_factors import rules
from shared import clock
from tests.gateway.apps import app_for_people
from tests.gateway.make import (
    PASSWORD,
    Vendor,
    accept,
    api_key,
    invited_person,
    mails_to,
    seller,
    sign_in,
    token_mailed,
    vendor,
    with_key,
)
from tests.partners.make import working_partner
from tests.system import Client, Response, System

# RFC 6238, appendix B, the last six digits: the seed of the SHA-1 examples, and seconds since the epoch.
SEED = b"12345678901234567890"
EXAMPLES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


class Phone:
    """An authenticator app. Each code is of a later step than the one before, so that a test need not wait."""

    def __init__(self, enrolled: Response) -> None:
        uri = urlsplit(enrolled["otpauth_uri"])
        self.seed = base64.b32decode(parse_qs(uri.query)["secret"][0])
        self.away = -1
        self.first = self.code(away=-1)

    def code(self, *, away: int | None = None) -> str:
        """The code of a step near now."""
        if away is None:
            away = self.away = self.away + (self.away < 1)
        return rules.code_at(self.seed, rules.step_at(clock.now().timestamp()) + away)


async def enrolled(person: Client) -> Response:
    """A second factor that does not count yet."""
    made = await person.post("/v1/second-factors", {"password": PASSWORD})
    assert made.status == 201, made.json
    return made


async def guarded(person: Client) -> tuple[Phone, Response]:
    """A phone whose codes somebody needs from now on, and the answer with the recovery codes."""
    made = await enrolled(person)
    phone = Phone(made)
    done = await person.post(f"/v1/second-factors/{made['id']}/confirm", {"code": phone.first})
    assert done.status == 200, done.json
    return phone, done


async def one(system: System) -> tuple[Vendor, Client, Phone, Response]:
    """An office whose administrator has a second factor."""
    office = await vendor(system)
    boss = await office.admin()
    return (office, boss, *await guarded(boss))


@pytest.mark.parametrize("seconds", EXAMPLES)
def test_codes_are_those_of_rfc_6238(seconds: int) -> None:
    step = rules.step_at(seconds)

    assert rules.code_at(SEED, step) == EXAMPLES[seconds]
    assert rules.step_of(EXAMPLES[seconds], SEED, now=step + 1, after=0) == step
    assert rules.step_of(EXAMPLES[seconds], SEED, now=step + 2, after=0) is None
    assert rules.step_of(EXAMPLES[seconds], SEED, now=step, after=step) is None


async def test_a_seed_is_shown_once_and_does_not_count_before_it_is_confirmed(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()

    made = await enrolled(boss)
    seen = await boss.get(f"/v1/second-factors/{made['id']}")
    uri = urlsplit(made["otpauth_uri"])

    assert (made["status"], made["kind"], seen["status"]) == ("pending", "totp", "pending")
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp") and "@" not in uri.netloc
    assert parse_qs(uri.query)["secret"] == [made["secret"]] and len(made["secret"]) == 32
    assert "secret" not in seen.json and "otpauth_uri" not in seen.json
    assert (await sign_in(office.tenant, office.email)).status == 201


async def test_signing_in_takes_a_second_step(system: System) -> None:
    office, _, phone, _ = await one(system)

    without = await sign_in(office.tenant, office.email)
    wrong = await sign_in(office.tenant, office.email, code="000000")
    right = await sign_in(office.tenant, office.email, code=phone.code())
    bad_password = await sign_in(office.tenant, office.email, "not the password", code=phone.code())

    assert (without.status, without.problem) == (401, "second_factor_required")
    assert (wrong.status, wrong.problem) == (401, "second_factor_refused")
    assert right.status == 201
    assert bad_password.problem == "invalid_credentials"


async def test_a_code_is_good_once(system: System) -> None:
    office, _, phone, _ = await one(system)
    code = phone.code()

    first = await sign_in(office.tenant, office.email, code=code)
    again = await sign_in(office.tenant, office.email, code=code)
    earlier = await sign_in(office.tenant, office.email, code=phone.first)

    assert first.status == 201
    assert (again.problem, earlier.problem) == ("second_factor_refused", "second_factor_refused")


async def test_of_many_who_show_one_code_at_once_one_comes_in(system: System) -> None:
    office, _, phone, _ = await one(system)
    code = phone.code()

    answers = await asyncio.gather(*(sign_in(office.tenant, office.email, code=code) for _ in range(5)))

    assert [each.status for each in answers if each.status < 300] == [201]
    assert {each.problem for each in answers if each.status == 401} <= {"second_factor_refused"}


async def test_guessing_codes_is_slowed_down_and_asking_for_one_forgives_nothing(system: System) -> None:
    office, _, _, _ = await one(system)

    answers = []
    for guess in range(limits.FREE_FOR_ACCOUNT + 1):
        answers.append(await sign_in(office.tenant, office.email, code=f"{guess:06}"))
        if guess < 3:
            assert (await sign_in(office.tenant, office.email)).problem == "second_factor_required"

    assert [each.problem for each in answers[:5]] == ["second_factor_refused"] * 5
    assert answers[-1].problem == "too_many_attempts"


async def test_a_recovery_code_stands_in_for_the_phone_once(system: System) -> None:
    office, _, _, done = await one(system)
    code = done["recovery_codes"][3]

    first = await sign_in(office.tenant, office.email, code=code.lower().replace("-", " "))
    again = await sign_in(office.tenant, office.email, code=code)

    assert len(set(done["recovery_codes"])) == 10
    assert first.status == 201
    assert again.problem == "second_factor_refused"


async def test_a_second_factor_is_removed_with_a_fresh_code_of_it(system: System) -> None:
    office, boss, phone, done = await one(system)
    path = f"/v1/second-factors/{done['id']}/remove"

    stale = await boss.post(path, {"code": phone.first})
    gone = await boss.post(path, {"code": phone.code()})

    assert (stale.status, stale.problem) == (401, "second_factor_refused")
    assert (gone.status, gone["status"], gone["allowed_actions"]) == (200, "removed", [])
    assert (await sign_in(office.tenant, office.email)).status == 201
    assert (await boss.post(path, {"code": phone.code()})).problem == "invalid_transition"
    assert {each.subject for each in await mails_to(office.tenant, office.email)} == {
        "A second factor was added",
        "Your second factor was removed",
    }


async def test_a_stolen_session_does_not_put_its_own_phone_in_the_way(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    key = await with_key(office, (await api_key(boss, "*:*"))["key"])
    app = await app_for_people(boss, "*:*")
    delegated = app.acting(await app.is_let_in(boss))

    guessed = await boss.post("/v1/second-factors", {"password": "not the password"})

    assert (guessed.status, guessed.problem) == (401, "invalid_credentials")
    for program in (key, delegated):
        assert (await program.post("/v1/second-factors", {"password": PASSWORD})).problem == "person_required"


async def test_there_is_one_second_factor_and_a_new_attempt_replaces_an_unfinished_one(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    first, second = await enrolled(boss), await enrolled(boss)

    old = await boss.post(f"/v1/second-factors/{first['id']}/confirm", {"code": Phone(first).code()})
    done = await boss.post(f"/v1/second-factors/{second['id']}/confirm", {"code": Phone(second).code()})
    third = await boss.post("/v1/second-factors", {"password": PASSWORD})

    assert (old.status, old.problem) == (409, "invalid_transition")
    assert (done.status, done["status"]) == (200, "active")
    assert (third.status, third.problem) == (409, "second_factor_active")


async def test_an_invitation_of_another_partner_does_not_go_around_it(system: System) -> None:
    office = await vendor(system)
    staff = office.tenant.vendor()
    desk, email, _ = await seller(office.tenant)
    phone, _ = await guarded(desk)
    await invited_person(staff, await working_partner(staff, name="Second"), email=email)
    token = await token_mailed(office.tenant, email)

    without = await accept(office.tenant, token)
    with_it = await accept(office.tenant, token, code=phone.code())

    assert (without.status, without.problem) == (401, "second_factor_required")
    assert with_it.status == 201


async def test_seeds_are_sealed_and_leave_with_the_second_factor(system: System) -> None:
    office, boss, phone, done = await one(system)
    query = "SELECT string_agg(t::text, ' ') FROM gateway.{} t"

    for table in ("totp_seeds", "second_factors", "secrets", "audit_records", "events", "outgoing_mails"):
        if await system.superuser.fetchval("SELECT to_regclass($1)", f"gateway.{table}"):
            stored = str(await system.superuser.fetchval(query.format(table)))
            assert rules.shown(phone.seed) not in stored and phone.seed.hex() not in stored
            assert not any(code in stored for code in done["recovery_codes"])
    await boss.post(f"/v1/second-factors/{done['id']}/remove", {"code": done["recovery_codes"][0]})
    left = "SELECT count(*) FROM gateway.totp_seeds WHERE factor_id = $1"
    assert await system.superuser.fetchval(left, done["id"]) == 0


async def test_nobody_sees_or_touches_the_second_factor_of_others(system: System) -> None:
    office, _, phone, done = await one(system)
    desk, _, _ = await seller(office.tenant)
    stranger = await (await vendor(system)).admin()

    for other in (desk, stranger):
        assert (await other.get(f"/v1/second-factors/{done['id']}")).status == 404
        assert (await other.get("/v1/second-factors")).json["data"] == []
        for verb in ("remove", "confirm"):
            assert (await other.post(f"/v1/second-factors/{done['id']}/{verb}", {"code": phone.code()})).status == 404

"""Walls: what the database shows to whom, with and without the queries' own filters."""

import asyncpg
import pytest

from shared import clock
from shared.db.provision import url_as
from shared.db.statements import Statement
from shared.db.visibility import FILTERS
from shared.values.ids import new_id
from tests.shared import sample
from tests.shared.conftest import SECRET, caller_of

_ALL_NOTES = Statement(sample.notes.select())


@pytest.fixture(params=[True, False], ids=["filters on", "filters off"])
def filters(request):
    """Both ways, the answers must be the same."""
    FILTERS.on = request.param
    yield
    FILTERS.on = True


@pytest.fixture
async def world(service, tenant_id):
    """A note of each of three partners, a file shared with two of them, a rate and a memo."""
    caller = caller_of(tenant_id)
    async with service.tx(caller, engine=True) as tx:
        for partner in ("ptr_acme", "ptr_rival", "ptr_child"):
            await tx.insert(
                sample.notes,
                id=tx.new_id("note"),
                partner_id=partner,
                title=partner,
                status="draft",
                contact=None,
                rank=0,
                urgent=False,
                details={},
            )
        for name, readers in {"shared": ("ptr_acme", "ptr_child"), "other": ("ptr_rival",)}.items():
            file = await tx.insert(sample.files, id=tx.new_id("file"), name=name)
            for partner in readers:
                await tx.add(sample.file_readers, file_id=file["id"], partner_id=partner)
        await tx.insert(sample.rates, id=tx.new_id("rate"), code="eur")
        await tx.insert(sample.memos, id=tx.new_id("memo"), words="between us")
        for viewer, partner in (("ptr_acme/subtree", "ptr_child"), ("acc_manager", "ptr_rival")):
            await tx.add(sample.PLUMBING.visible, viewer=viewer, partner_id=partner, level="read")


WHO = {
    "the vendor": {},
    "a vendor's manager": {"scope": "*:*:assigned", "sub": "acc_manager"},
    "a vendor's newcomer": {"scope": "*:*:assigned", "sub": "acc_newcomer"},
    "a partner": {"partner": "ptr_acme"},
    "a partner with its subtree": {"partner": "ptr_acme", "scope": "*:*:subtree"},
    "a partner without anything": {"partner": "ptr_nobody"},
    "an anonymous caller": {"kind": "anonymous"},
}
SEEN = {
    "the vendor": (["ptr_acme", "ptr_child", "ptr_rival"], ["other", "shared"], 1, 1),
    "a vendor's manager": (["ptr_rival"], ["other"], 1, 1),
    "a vendor's newcomer": ([], [], 1, 1),
    "a partner": (["ptr_acme"], ["shared"], 1, 0),
    "a partner with its subtree": (["ptr_acme", "ptr_child"], ["shared"], 1, 0),
    "a partner without anything": ([], [], 1, 0),
    "an anonymous caller": ([], [], 1, 0),
}


@pytest.mark.parametrize("who", WHO)
async def test_what_is_seen_by(service, tenant_id, world, filters, who):
    person = service.person(tenant_id, **WHO[who])

    notes, files = (await person.get("/v1/notes"))["data"], (await person.get("/v1/files"))["data"]
    rates, memos = (await person.get("/v1/rates"))["data"], (await person.get("/v1/memos"))["data"]

    titles, names = sorted(note["title"] for note in notes), sorted(file["name"] for file in files)
    assert (titles, names, len(rates), len(memos)) == SEEN[who]


@pytest.mark.parametrize("who", WHO)
async def test_what_is_found_by_its_id_is_what_is_listed_to(service, tenant_id, world, filters, who):
    person, vendor = service.person(tenant_id, **WHO[who]), service.person(tenant_id)

    for noun in ("notes", "files", "rates", "memos"):
        listed = {row["id"] for row in (await person.get(f"/v1/{noun}"))["data"]}
        for row in (await vendor.get(f"/v1/{noun}"))["data"]:
            assert (await person.get(f"/v1/{noun}/{row['id']}")).status == (200 if row["id"] in listed else 404)


async def test_a_query_that_forgets_to_filter_sees_no_more(service, tenant_id, world):
    for who, (titles, *_) in SEEN.items():
        person = service.person(tenant_id, **WHO[who])
        assert (await person.get("/v1/notes/tally"))["count"] == len(titles), who


@pytest.mark.parametrize("noun", ["notes", "files", "rates", "memos"])
async def test_another_tenant_sees_nothing(world, stranger, filters, noun):
    assert (await stranger.get(f"/v1/{noun}"))["data"] == []


async def test_a_partner_cannot_write_over_the_wall(service, tenant_id, world):
    caller = caller_of(tenant_id, partner="ptr_acme")
    values = {"title": "t", "status": "draft", "rank": 0, "urgent": False, "details": {}}
    attempts = [
        (sample.notes, {"id": "note_1", "partner_id": "ptr_rival", **values}),
        (sample.notes, {"id": "note_1", "partner_id": "ptr_acme", **values, "tenant_id": "tnt_other"}),
        (sample.rates, {"id": "rate_1", "code": "usd"}),
        (sample.memos, {"id": "memo_1", "words": "hello"}),
        (sample.files, {"id": "file_1", "name": "mine"}),
    ]

    for table, row in attempts:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with service.tx(caller, viewer="ptr_acme") as tx:
                await tx.insert(table, **row)


async def test_a_partner_cannot_give_its_row_away(service, tenant_id, acme):
    note = await acme.note()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with service.tx(caller_of(tenant_id, partner="ptr_acme"), viewer="ptr_acme") as tx:
            await tx.update(sample.notes, await tx.lock(sample.notes, note["id"]), partner_id="ptr_rival")


async def test_the_engine_sees_one_tenant_and_gives_only_its_verdict(world, acme, stranger):
    await stranger.note()

    assert (await acme.send("POST", "/v1/notes/census"))["count"] == 3
    assert (await acme.get("/v1/notes/tally"))["count"] == 1
    assert (await stranger.send("POST", "/v1/notes/census"))["count"] == 1


async def test_work_that_is_the_engines_from_the_start_stays_it_after_an_inner_block(service, tenant_id, world):
    async with service.tx(caller_of(tenant_id), engine=True) as tx:
        async with tx.as_engine("a command shared with requests"):
            pass
        assert len(await tx.all(_ALL_NOTES)) == 3
        assert await tx.connection.fetchval("SELECT current_user") == "prm_deals_engine"
        assert await tx.add(sample.effects, id=new_id("x", at=clock.now()), at=tx.now) is not None


async def test_the_role_ends_with_the_block_even_when_the_block_fails(service, tenant_id, world):
    async with service.tx(caller_of(tenant_id, partner="ptr_acme"), viewer="ptr_acme") as tx:
        with pytest.raises(asyncpg.UndefinedColumnError):
            async with tx.savepoint(), tx.as_engine("fails"):
                await tx.connection.execute("SELECT nothing")
        assert len(await tx.all(_ALL_NOTES)) == 1


@pytest.fixture
async def app_role(service):
    """The app role with nothing set, as after a stolen password."""
    connection = await asyncpg.connect(
        url_as(service.admin_url, "prm_deals_app", secret_key=SECRET),
        server_settings={"search_path": "deals,public"},
    )
    yield connection
    await connection.close()


async def test_without_settings_there_is_nothing_to_see(app_role, world):
    for table in ("notes", "files", "rates", "memos", "timers", "idempotency_keys", "visible_partners"):
        assert await app_role.fetchval(f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.parametrize(
    "table", ["events", "inbox", "offsets", "parked_events", "log_state", "audit_records", "effects"]
)
async def test_a_request_cannot_read_the_machinery(app_role, world, tenant_id, table):
    await app_role.execute("BEGIN")
    await app_role.execute("SELECT set_config('prm.tenant', $1, true), set_config('prm.viewer', '*', true)", tenant_id)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app_role.fetch(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", ["events", "audit_records"])
async def test_a_request_cannot_rewrite_history(app_role, tenant_id, table):
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET tenant_id = 'x'", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app_role.execute(statement)


async def test_the_app_role_cannot_become_the_owner_or_change_a_wall(app_role):
    for statement in (
        "SET ROLE prm_deals_owner",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "DROP POLICY app ON notes",
        "CREATE TABLE mine (a int)",
        "SET ROLE prm_partners_app",
        "SELECT * FROM partners.partners",
    ):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedTableError)):
            await app_role.execute(statement)


async def test_the_owner_sees_every_row_so_that_a_migration_changes_all_of_them(service, world, tenant_id):
    owner = await asyncpg.connect(
        url_as(service.admin_url, "prm_deals_owner", secret_key=SECRET),
        server_settings={"search_path": "deals,public"},
    )
    try:
        assert await owner.fetchval("SELECT count(*) FROM notes WHERE tenant_id = $1", tenant_id) == 3
    finally:
        await owner.close()


async def test_nothing_of_a_request_stays_on_its_connection(service, tenant_id, world, vendor):
    await vendor.get("/v1/notes")
    await vendor.send("POST", "/v1/notes/census")

    async with service.database.connection() as connection:
        left = await connection.fetchrow(
            "SELECT current_user AS role, current_setting('prm.tenant', true) AS tenant,"
            " current_setting('prm.viewer', true) AS viewer"
        )
    assert (left["role"], left["tenant"] or "", left["viewer"] or "") == ("prm_deals_app", "", "")

"""Lists: every row once, in order, whatever happens between two pages."""

import base64

import asyncpg
import orjson
import pytest

from shared.db.cursors import CursorKey, InvalidCursor


async def walk(person, **query):
    """Follow a list to its end and return the ranks and titles seen."""
    seen, cursor = [], None
    while True:
        page = await person.get("/v1/notes", **query, **({"cursor": cursor} if cursor else {}))
        assert page.status == 200, page.body
        seen += page["data"]
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return seen
        cursor = page["next_cursor"]


@pytest.fixture
async def twelve(acme):
    return [await acme.note(f"{number:02}", rank=number % 3) for number in range(12)]


@pytest.mark.parametrize("limit", [1, 2, 5, 11, 12, 13])
@pytest.mark.parametrize("sort", ["rank", "-rank", "title", "-title", "created_at", "-created_at"])
async def test_a_walk_meets_every_row_once_and_in_order(acme, twelve, sort, limit):
    seen = await walk(acme, sort=sort, limit=limit)

    keys = [(row[sort.lstrip("-")], row["id"]) for row in seen]
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    assert {row["id"] for row in seen} == {note["id"] for note in twelve}


async def test_a_list_is_newest_first_and_of_fifty(acme):
    for number in range(51):
        await acme.note(f"{number:02}")

    page = await acme.get("/v1/notes")

    assert [row["title"] for row in page["data"]] == [f"{number:02}" for number in range(50, 0, -1)]
    assert page["has_more"]


async def test_rows_that_come_in_between_disturb_no_walk(acme, twelve):
    first = await acme.get("/v1/notes", sort="rank", limit=5)
    await acme.note("late", rank=0)

    rest = await walk_on(acme, first, sort="rank", limit=5)

    assert [row["id"] for row in first["data"] + rest] == [
        note["id"] for note in sorted(twelve, key=lambda note: (note["rank"], note["id"]))
    ]


async def walk_on(person, page, **query):
    rest = []
    while page["has_more"]:
        page = await person.get("/v1/notes", cursor=page["next_cursor"], **query)
        rest += page["data"]
    return rest


async def test_the_link_to_the_next_page_can_be_followed_as_it_is(acme, twelve):
    page = await acme.get("/v1/notes", sort="-rank", limit=5, **{"rank[gte]": 1})
    path, query = page.headers["link"].removeprefix("<").split(">")[0].split("?")

    following = await acme.send("GET", path, query=query)

    assert following.status == 200
    assert len(following["data"]) == 3


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "ten", "", "１", "1e1", " 5", "99999999999"])
async def test_a_limit_is_refused(acme, limit):
    answer = await acme.get("/v1/notes", limit=limit)

    assert (answer.status, answer.problem) == (400, "invalid_parameter")


@pytest.mark.parametrize("limit", [1, 200])
async def test_a_limit_is_accepted(acme, limit):
    assert (await acme.get("/v1/notes", limit=limit)).status == 200


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "contact"},
        {"sort": "--rank"},
        {"sort": ""},
        {"fields": "nothing"},
        {"fields": ""},
        {"colour": "red"},
        {"status[gte]": "draft"},
        {"rank[like]": "1"},
        {"rank": "one"},
        {"rank": "1_0"},
        {"rank": "１"},
        {"rank": str(2**31)},
        {"urgent": "yes"},
        {"due_on": "2026-02-30"},
        {"due_on": "20260101"},
        {"created_at[gte]": "2026-01-01"},
        {"created_at[gte]": "2026-01-01T00:00:00"},
        {"created_at[gte]": "2026-W01-1T00:00:00Z"},
        {"created_at[gte]": "2026-01-01 00:00:00Z"},
        {"created_at[gte]": "0001-01-01T00:00:00Z"},
        {"created_at[gte]": "2201-01-01T00:00:00Z"},
        {"status": ",".join(["draft"] * 201)},
        {"status": "d" * 2001},
        {"status": "draft,drafts"},
        {"status": "Draft"},
        {"id": "n" * 8001},
    ],
)
async def test_a_parameter_is_refused_and_named(acme, query):
    answer = await acme.get("/v1/notes", **query)

    assert answer.status == 400
    assert [fault["pointer"] for fault in answer["errors"]] == list(query)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"rank": "1"}, 4),
        ({"rank[gte]": "1"}, 8),
        ({"rank[gt]": "1"}, 4),
        ({"rank[lte]": "1"}, 8),
        ({"rank[lt]": "1"}, 4),
        ({"rank[gte]": "1", "rank[lt]": "2"}, 4),
        ({"rank": "-5"}, 0),
        ({"status": "draft"}, 12),
        ({"status": "submitted,draft"}, 12),
        ({"status": "approved"}, 0),
        ({"status": ""}, 0),
        ({"urgent": "false"}, 12),
        ({"urgent": "true"}, 0),
        ({"partner_id": "ptr_acme"}, 12),
        ({"partner_id": "ptr_rival"}, 0),
        ({"created_at[gte]": "2000-01-01T00:00:00Z"}, 12),
        ({"created_at[lt]": "2000-01-01T02:00:00+02:00"}, 0),
        ({"due_on[gte]": "2000-01-01"}, 12),
    ],
)
async def test_a_filter_finds(acme, twelve, query, found):
    counted = await acme.get("/v1/notes/count", **query)

    assert len((await acme.get("/v1/notes", **query))["data"]) == found
    assert counted.json == {"object": "count", "count": found, "capped": False}


async def test_a_list_finds_the_objects_of_ids_that_its_caller_sees(acme, rival, vendor, stranger, twelve):
    wanted = [twelve[3]["id"], twelve[7]["id"], "note_unknown"]

    found = {
        name: [row["id"] for row in (await each.get("/v1/notes", id=",".join(wanted), sort="created_at"))["data"]]
        for name, each in {"acme": acme, "vendor": vendor, "rival": rival, "stranger": stranger}.items()
    }

    assert found == {"acme": wanted[:2], "vendor": wanted[:2], "rival": [], "stranger": []}
    assert (await acme.get("/v1/notes/count", id=wanted[0]))["count"] == 1


async def test_two_hundred_ids_fit_into_one_request_and_no_more(acme, twelve):
    many = [note["id"] for note in twelve] * 17

    assert len((await acme.get("/v1/notes", id=",".join(many[:200])))["data"]) == 12
    assert (await acme.get("/v1/notes", id=",".join(many[:201]))).status == 400


async def test_a_count_is_of_what_its_caller_sees(acme, twelve, vendor, rival, stranger):
    counts = [(await each.get("/v1/notes/count"))["count"] for each in (acme, vendor, rival, stranger)]

    assert counts == [12, 12, 0, 0]


@pytest.mark.parametrize("query", [{"limit": "1"}, {"sort": "created_at"}, {"cursor": "x"}, {"colour": "red"}])
async def test_a_count_takes_filters_alone(acme, query):
    answer = await acme.get("/v1/notes/count", **query)

    assert (answer.status, [fault["code"] for fault in answer["errors"]]) == (400, ["unknown_parameter"])


async def test_a_count_stops_where_it_says_so(service, acme):
    one = await acme.note("one of very many")
    admin = await asyncpg.connect(service.admin_url)
    others = "jsonb_populate_record(n, jsonb_build_object('id', n.id || i, 'title', n.title || i))"
    many = f"SELECT ({others}).* FROM deals.notes n, generate_series(2, 10001) i WHERE n.id = $1"
    await admin.execute(f"INSERT INTO deals.notes {many}", one["id"])
    counted = [(await acme.get("/v1/notes/count", **query)).json for query in ({"rank": "1"}, {})]
    await admin.execute("DELETE FROM deals.notes WHERE title LIKE 'one of very many%'")
    await admin.close()

    assert counted == [
        {"object": "count", "count": 0, "capped": False},
        {"object": "count", "count": 10_000, "capped": True},
    ]


async def cursor_of(person, **query):
    return (await person.get("/v1/notes", limit=2, **query))["next_cursor"]


async def test_a_cursor_belongs_to_its_list(service, acme, twelve, vendor, stranger):
    cursor = await cursor_of(acme, sort="rank")
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    forged = base64.urlsafe_b64encode(raw[:16] + orjson.dumps([0, "note_0"])).decode().rstrip("=")
    others = [
        await acme.get("/v1/notes", sort="-rank", cursor=cursor),
        await acme.get("/v1/notes", sort="title", cursor=cursor),
        await acme.get("/v1/notes", sort="rank", status="draft", cursor=cursor),
        await stranger.get("/v1/notes", sort="rank", cursor=cursor),
        await vendor.get("/v1/files", cursor=cursor),
        await acme.get("/v1/notes", sort="rank", cursor=forged),
        await acme.get("/v1/notes", sort="rank", cursor=cursor[:-1]),
        await acme.get("/v1/notes", sort="rank", cursor="A" + cursor),
        await acme.get("/v1/notes", sort="rank", cursor=""),
        await acme.get("/v1/notes", sort="rank", cursor="ü"),
    ]

    assert {(answer.status, answer.problem) for answer in others} == {(400, "invalid_cursor")}
    assert (await acme.get("/v1/notes", sort="rank", limit=7, fields="title", cursor=cursor)).status == 200


def test_a_cursor_of_another_installation_is_not_opened():
    cursor = CursorKey(b"a" * 32).seal([1, "x"], bound_to="here")

    assert CursorKey(b"a" * 32).open(cursor, bound_to="here") == [1, "x"]
    with pytest.raises(InvalidCursor):
        CursorKey(b"b" * 32).open(cursor, bound_to="here")
    with pytest.raises(InvalidCursor):
        CursorKey(b"a" * 32).open(cursor, bound_to="there")

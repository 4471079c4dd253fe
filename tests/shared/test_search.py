"""`q`: rows are found by the words of their names, in the reach of who asks."""

import asyncpg
import pytest

from shared.db.provision import url_as
from shared.search.catching_up import catch_up
from shared.search.words import asked_for, words_of
from tests.shared import sample
from tests.shared.conftest import SECRET


async def found(person, q, **query):
    page = await person.get("/v1/notes", q=q, **query)
    assert page.status == 200, page.body
    return [row["title"] for row in page["data"]]


TITLES = [
    "Novotech Kft.",
    "Nova Systems",
    "Szűcs Őrző Bt.",
    "Müller & Söhne GmbH",
    "Mueller AG",
    "ООО Новотех",
    "東京電力",
    "中国移动通信",
    "삼성전자",
    "AT&T",
    "S.R.L. Rossi",
]


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("novotech", {"Novotech Kft."}),
        ("NOV", {"Novotech Kft.", "Nova Systems", "ООО Новотех"}),
        ("kft nov", {"Novotech Kft."}),
        ("nov kft", set()),
        ("nova sys", {"Nova Systems"}),
        ("systems nova novotech", set()),
        ("szucs", {"Szűcs Őrző Bt."}),
        ("ŐRZŐ", {"Szűcs Őrző Bt."}),
        ("muller", {"Müller & Söhne GmbH", "Mueller AG"}),
        ("Mueller", {"Müller & Söhne GmbH", "Mueller AG"}),
        ("müller gm", {"Müller & Söhne GmbH"}),
        ("mue", {"Mueller AG"}),
        ("новот", {"ООО Новотех", "Novotech Kft."}),
        ("novotekh", {"ООО Новотех"}),
        ("東京", {"東京電力"}),
        ("電力", {"東京電力"}),
        ("移动", {"中国移动通信"}),
        ("zhongguo", {"中国移动通信"}),
        ("中国", {"中国移动通信"}),
        ("삼성", {"삼성전자"}),
        ("at&t", {"AT&T"}),
        ("rossi srl", {"S.R.L. Rossi"}),
        ("n novotech", {"Novotech Kft."}),
        ("s", {"Nova Systems", "Szűcs Őrző Bt.", "Müller & Söhne GmbH", "삼성전자", "S.R.L. Rossi"}),
        ("nothing", set()),
        ("%", None),
        ("", None),
        ("🙂", None),
        ("x" * 201, None),
    ],
)
async def test_a_word_is_found_in_any_script_and_case_and_the_last_before_it_is_finished(acme, q, titles):
    for title in TITLES:
        await acme.note(title)

    if titles is None:
        refused = await acme.get("/v1/notes", q=q)
        assert (refused.status, refused["errors"][0]["pointer"]) == (400, "q")
    else:
        assert set(await found(acme, q)) == titles
        assert (await acme.get("/v1/notes/count", q=q))["count"] == len(titles)


async def test_a_search_stays_in_the_reach_of_who_asks(acme, rival, vendor, stranger):
    await acme.note("Canary one")
    await rival.note("Canary two")

    seen = {
        name: sorted(await found(each, "canary"))
        for name, each in {"acme": acme, "rival": rival, "vendor": vendor, "stranger": stranger}.items()
    }

    assert seen == {
        "acme": ["Canary one"],
        "rival": ["Canary two"],
        "vendor": ["Canary one", "Canary two"],
        "stranger": [],
    }


async def test_words_follow_a_change_and_leave_nothing_behind(service, acme):
    note = await acme.note("Before Christmas", contact="anna@acme.example")
    path = f"/v1/notes/{note['id']}"

    changed = await acme.send("PATCH", path, {"title": "After Easter", "contact": None}, headers={"if-match": '"1"'})

    assert changed.status == 200
    assert [await found(acme, q) for q in ("before", "christ", "anna", "easter")] == [[], [], [], ["After Easter"]]
    stored = await service.admin.fetch("SELECT word FROM notes_words WHERE id = $1 ORDER BY word", note["id"])
    assert [row["word"] for row in stored] == ["after", "easter"]


async def test_a_change_of_something_else_writes_no_words(service, acme):
    note = await acme.note("Untouched")
    written = "SELECT xmin::text FROM notes_words WHERE id = $1"
    before = await service.admin.fetch(written, note["id"])

    assert (await acme.submit(note)).status == 200

    assert before and await service.admin.fetch(written, note["id"]) == before


async def test_what_is_found_keeps_the_order_of_the_list_and_its_pages(acme):
    for number in range(7):
        await acme.note(f"Walk {number}", rank=number % 3)
        await acme.note(f"Other {number}", rank=number % 3)
    seen, cursor = [], None

    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await acme.get("/v1/notes", q="walk", sort="-rank", limit=2, **more)
        seen += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert [row["rank"] for row in seen] == [2, 2, 1, 1, 0, 0, 0]
    assert len({row["id"] for row in seen}) == 7
    refused = await acme.get(
        "/v1/notes", q="walk", cursor=(await acme.get("/v1/notes", q="other", limit=1))["next_cursor"]
    )
    assert refused.problem == "invalid_cursor"


async def test_filters_narrow_a_search(acme):
    await acme.note("Twice", rank=1)
    await acme.note("Twice again", rank=2)

    assert await found(acme, "twice", **{"rank[gte]": 2}) == ["Twice again"]
    assert await found(acme, "twice", status="submitted") == []


async def test_of_a_word_that_very_many_have_the_rarest_of_the_search_decides(service, acme):
    rare = await acme.note("Common needle")
    others = "jsonb_populate_record(n, jsonb_build_object('id', n.id || i, 'title', n.title || i))"
    admin = await asyncpg.connect(service.admin_url)
    await admin.execute(
        f"INSERT INTO deals.notes SELECT ({others}).* FROM deals.notes n, generate_series(1, 3000) i WHERE n.id = $1",
        rare["id"],
    )
    await admin.execute(
        "INSERT INTO deals.notes_words SELECT w.tenant_id, w.id || i, 'common', w.partner_id"
        " FROM deals.notes_words w, generate_series(1, 3000) i WHERE w.id = $1 AND w.word = 'common'",
        rare["id"],
    )
    counted = [(await acme.get("/v1/notes/count", q=q))["count"] for q in ("common", "needle common", "common needle")]
    titles = await found(acme, "common need")
    await admin.execute("DELETE FROM deals.notes WHERE title LIKE 'Common needle%'")
    await admin.execute("DELETE FROM deals.notes_words WHERE word IN ('common', 'needle')")
    await admin.close()

    assert (counted, titles) == ([1_000, 1, 1], ["Common needle"])


async def test_rows_from_before_there_was_a_search_get_their_words(service, acme, rival):
    for number in range(3):
        await acme.note(f"Legacy {number}")
    await rival.note("Legacy of a rival")
    owner = url_as(service.admin_url, "prm_deals_owner", secret_key=SECRET)

    async def caught_up(thorough):
        return await catch_up(owner, service="deals", metadata=sample.METADATA, thorough=thorough)

    await caught_up(thorough=True)
    await service.admin.execute(
        "DELETE FROM notes_words WHERE word = 'legacy' OR id IN (SELECT id FROM notes WHERE title LIKE 'Legacy%')"
    )
    assert await found(acme, "legacy") == []
    counts = [await caught_up(thorough=False), await caught_up(thorough=True), await caught_up(thorough=True)]

    assert counts == [0, 4, 0]
    assert (len(await found(acme, "legacy")), await found(rival, "legacy")) == (3, ["Legacy of a rival"])


def test_a_name_has_few_words_however_long_it_is():
    long = " ".join(f"word{number}" for number in range(500))

    assert len(words_of([long, "x" * 500, None])) == 60
    assert max(map(len, words_of(["x" * 500]))) == 40


def test_a_search_has_five_words():
    assert asked_for("one two three four five six") == ("one", "two", "three", "four", "five")
    assert asked_for("the the the") == ("the",)


def test_the_address_of_a_site_is_found_by_what_is_its_own():
    assert words_of(["https://www.acme.co.uk/"]) == ["acme", "co", "uk"]
    assert asked_for("https://www.acme.co.uk") == ("acme", "co", "uk")

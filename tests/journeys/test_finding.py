"""A portal's search box and its detail page, in one process and in five."""

from tests.journeys.world import Person, World


async def types(person: Person, text: str) -> set[str]:
    """The kinds of objects that somebody finds."""
    answer = await person.get(f"/v1/search?q={text}")
    assert answer["unavailable"] == []
    return {each["type"] for each in answer["data"]}


async def test_what_is_typed_without_accents_is_found_and_shown_with_what_it_belongs_to(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    program = await world.colleague(root, "program_admin")
    owner = await world.reseller(program, name="Őrsi és Társa Kft.", country="HU", domain="orsi.example", tax_id=None)
    rival = await world.reseller(program, name="ООО Ромашка", country="RU", domain="romashka.example", tax_id=None)

    assert await types(program, "orsi") == {"partner", "application", "person"}
    assert await types(program, "tarsa") == {"partner", "application"}
    assert await types(owner, "orsi%20tar") == {"partner"}
    assert await types(rival, "tarsa") == set()
    assert await types(rival, "romash") >= {"partner"}

    colleagues = await owner.get("/v1/people?q=reka&expand=partner_id&fields=given_name")
    assert [each["given_name"] for each in colleagues["data"]] == ["Réka"]
    assert colleagues["data"][0]["expanded"]["partner_id"]["name"] == "Őrsi és Társa Kft."
    assert (await rival.get(f"/v1/partners?id={owner.partner_id},{rival.partner_id}"))["data"][0][
        "id"
    ] == rival.partner_id

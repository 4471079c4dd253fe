"""A portal's first page and its refusals, in one process and in five."""

from tests.journeys.world import Person, World, eventually


async def test_who_signs_in_sees_what_awaits_each_and_is_spoken_to_in_its_language(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    program = await world.colleague(root, "program_admin")
    owner = await world.reseller(program, name="Kelemen Kft.", country="HU", domain="kelemen.example", tax_id=None)

    vendors, partners = await program.get("/v1/home?locale=de"), await owner.get("/v1/home?locale=hu")

    assert (vendors["side"], vendors["unavailable"]) == ("vendor", [])
    assert (partners["side"], partners["unavailable"]) == ("partner", [])
    assert "Geschäfte in Prüfung" in [each["label"] for each in vendors["items"]]
    assert "Nyitott üzletek" in [each["label"] for each in partners["items"]]
    for person in (program, owner):

        async def counts_are_those_of_the_lists(person: Person = person) -> bool:
            items = (await person.get("/v1/home"))["items"]
            listed = [await person.get(f"{each['href']}&limit=200") for each in items]
            return [each["count"] for each in items] == [len(found["data"]) for found in listed]

        # What has just been accepted is still on its way from one service to another.
        await eventually(counts_are_those_of_the_lists, what="a landing page that counts what its lists show")

    refused = await owner.call("GET", "/v1/deals/nothing", accept_language="hu")
    assert (refused.status_code, refused.json()["title"]) == (404, "Nem található")
    assert refused.headers["content-language"] == "hu"

"""What a portal asks to show any object in any state, in the language of whoever looks at it."""

from tests.gateway import make
from tests.system import Response, Tenant


async def meta(tenant: Tenant, **asked: str) -> Response:
    door = make.anonymous(tenant)
    headers = {"Accept-Language": asked.pop("speaking")} if "speaking" in asked else {}
    return await door.get("/v1/meta", headers=headers, **asked)


async def test_a_portal_learns_the_states_of_a_deal_before_anybody_has_signed_in(tenant: Tenant) -> None:
    answer = await meta(tenant, objects="deal")

    (deal,) = answer["objects"]
    states = {each["state"]: each for each in deal["lifecycle"]["states"]}
    assert (deal["label"], deal["label_plural"], deal["path"]) == ("Deal", "Deals", "/v1/deals")
    assert (states["draft"]["initial"], states["won"]["terminal"], states["approved"]["terminal"]) == (
        True,
        True,
        False,
    )
    assert "title" in states["draft"]["editable_fields"]


async def test_an_action_says_from_where_to_where_for_whom_and_with_which_permission(tenant: Tenant) -> None:
    answer = await meta(tenant, objects="deal")

    actions = {each["action"]: each for each in answer["objects"][0]["lifecycle"]["transitions"]}
    approve = {"from": ["in_review"], "to": ["approved"], "permission": "deals:approve", "side": "vendor"}
    assert approve.items() <= actions["approve"].items()
    assert actions["submit"]["side"] is None


async def test_a_field_says_what_a_form_and_a_list_need(tenant: Tenant) -> None:
    answer = await meta(tenant, objects="deal")

    fields = {each["name"]: each for each in answer["objects"][0]["fields"]}
    assert (fields["title"]["required"], fields["title"]["editable"], fields["title"]["filterable"]) == (
        True,
        True,
        False,
    )
    assert (fields["amount"]["type"], fields["amount"]["nullable"]) == ("money", True)
    assert (fields["created_at"]["type"], fields["created_at"]["sortable"]) == ("date-time", True)
    assert fields["partner_id"]["expands"] == "partners"
    told_apart_by = ["lei", "duns", "address", "email", "phone"]
    customer = [each["name"] for each in fields["customer"]["fields"]]
    assert customer == ["name", "domain", "country", "tax_id", *told_apart_by]
    assert "committed" in [each["value"] for each in fields["stage"]["values"]]


async def test_fields_that_only_the_vendor_changes_are_marked(tenant: Tenant) -> None:
    answer = await meta(tenant, objects="partner")

    fields = {each["name"]: each for each in answer["objects"][0]["fields"]}
    assert (fields["tier"]["editable_by"], fields["website"]["editable_by"]) == ("vendor", None)


async def test_labels_come_in_the_language_of_the_browser(tenant: Tenant) -> None:
    german = await meta(tenant, objects="deal", speaking="de-AT, en;q=0.5")
    hungarian = await meta(tenant, objects="deal", speaking="fr, hu;q=0.4")

    assert (german["objects"][0]["label"], german["locale"]) == ("Geschäft", "de")
    assert (hungarian["objects"][0]["label"], hungarian["locale"]) == ("Üzlet", "hu")
    assert (german.headers["content-language"], german.headers["vary"]) == ("de", "Accept-Language")


async def test_every_code_that_says_why_has_a_label(tenant: Tenant) -> None:
    german = {each["code"]: each["label"] for each in (await meta(tenant, objects="deal", locale="de"))["reasons"]}

    assert german["same_tax_id"] == "Gleiche Steuernummer"
    assert german["at_capacity"] == "Keine freie Kapazität"
    assert german["no_plan"] == "Kein Plan zugewiesen"
    assert german["unknown_fact"] == "Unbekannte Angabe"


async def test_a_named_locale_goes_before_the_browsers(tenant: Tenant) -> None:
    answer = await meta(tenant, objects="payout", locale="hu-HU", speaking="de")

    states = {each["state"]: each["label"] for each in answer["objects"][0]["lifecycle"]["states"]}
    assert states["pending_approval"] == "Jóváhagyásra vár"


async def test_a_locale_and_an_object_that_do_not_exist_are_refused(tenant: Tenant) -> None:
    locale, name = await meta(tenant, locale="fr"), await meta(tenant, objects="deal,unicorn")

    assert (locale.status, locale["errors"][0]["code"]) == (400, "unknown_locale")
    assert (name.status, name["errors"][0]["code"]) == (400, "unknown_object")


async def test_who_has_the_description_is_told_that_it_is_still_the_same(tenant: Tenant) -> None:
    door = make.anonymous(tenant)
    first = await door.get("/v1/meta", locale="de")

    again = await door.get("/v1/meta", headers={"If-None-Match": first.headers["etag"]}, locale="de")
    other = await door.get("/v1/meta", headers={"If-None-Match": first.headers["etag"]}, locale="hu")

    assert (again.status, again.body, other.status) == (304, b"", 200)


async def test_everything_is_described_when_nothing_is_named(tenant: Tenant) -> None:
    answer = await meta(tenant)

    assert {"account", "deal", "lead", "partner", "payout"} <= {each["object"] for each in answer["objects"]}
    assert answer["locales"] == ["en", "de", "hu"]

"""Pipelines: drafted, published a version at a time, and the one a deal begins in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.deals.directory.handlers import on_tier
from services.deals.pipelines.rules import (
    BUILT_IN,
    Pipeline,
    Reason,
    Stage,
    document,
    pipeline_of,
    reason_code,
    require_enterable,
    require_sound,
    require_way,
)
from shared.errors import Invalid
from shared.events.catalog.partners import TierState
from shared.rules import InvalidRule, Rule
from tests.deals.make import World, drafts, events_of, submits, world
from tests.system import Response, Tenant

SHORT = [
    {"code": "first_call", "probability": 20, "label": {"en": "First call", "hu": "Első hívás"}},
    {"code": "proposal", "probability": 60, "required_fields": ["next_step"], "max_age_days": 10},
]


async def publishes(place: World, **body: object) -> Response:
    draft = await place.vendor.post("/v1/pipelines", {"name": "Short", "stages": SHORT, **body})
    assert draft.status == 201, draft.json
    return await place.vendor.act(f"/v1/pipelines/{draft['id']}", "publish")


async def in_program(place: World, tier: str, program: str) -> None:
    """The partners service tells that a tier belongs to a program."""
    event = TierState(
        code=tier,
        program=program,
        name=tier.title(),
        rank=1,
        status="active",
        protection_days=None,
        deal_limit=None,
        deal_limit_currency=None,
    )
    await place.delivers(on_tier, event, subject=f"tier_{tier}", version=1, at=place.tenant.now())


async def test_without_a_pipeline_of_the_vendors_own_deals_go_through_the_built_in_one(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()

    deal = await submits(seller)
    built_in = await seller.get("/v1/pipelines/built-in")

    assert (deal["pipeline_id"], deal["stage"]) == (None, "prospect")
    assert [each["code"] for each in built_in["stages"]] == list(BUILT_IN.codes)
    assert [each["probability"] for each in built_in["stages"]] == [10, 25, 45, 65, 85]
    assert "unspecified" in [each["code"] for each in built_in["lost_reasons"]]


async def test_a_deal_begins_in_the_version_in_force_for_its_partners_program(tenant: Tenant):
    place = await world(tenant)
    await in_program(place, "gold", "europe")
    general = await publishes(place)
    europe = await publishes(place, program="europe", stages=[{"code": "hello", "probability": 5}])
    plain, gold = await place.partner(), await place.partner(tier="gold")

    first, second = await drafts(plain), await drafts(gold)

    assert (first["pipeline_id"], first["stage"]) == (general["id"], "first_call")
    assert (second["pipeline_id"], second["stage"]) == (europe["id"], "hello")
    assert [(each["program"], each["pipeline_version"]) for each in (general, europe)] == [(None, 1), ("europe", 1)]


async def test_a_new_version_takes_the_place_of_the_one_before_and_deals_stay_where_they_are(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    one = await publishes(place)
    deal = await submits(seller)

    two = await publishes(place, stages=[*SHORT, {"code": "signature", "probability": 90}])

    assert (two["pipeline_version"], two["status"]) == (2, "published")
    assert (await place.vendor.get(f"/v1/pipelines/{one['id']}"))["status"] == "superseded"
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["pipeline_id"] == one["id"]
    path = f"/v1/deals/{deal['id']}"
    assert (await seller.act(path, "stage", {"stage": "signature"})).json["errors"][0]["code"] == "unknown_stage"
    moved = await seller.act(path, "stage", {"stage": "signature", "pipeline_id": two["id"]})
    assert (moved["stage"], moved["pipeline_id"]) == ("signature", two["id"])
    assert [
        (each["pipeline_version"], each["supersedes"]) for each in await events_of(place, "pipeline.published.v1")
    ] == [
        (1, None),
        (2, one["id"]),
    ]


async def test_a_deal_moves_to_no_other_version_than_the_one_in_force(tenant: Tenant):
    place = await world(tenant)
    await in_program(place, "gold", "europe")
    seller = await place.partner()
    deal = await submits(seller)
    europe = await publishes(place, program="europe")

    refused = await seller.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "proposal", "pipeline_id": europe["id"]})

    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "not_in_force")


async def test_a_retired_pipeline_leaves_the_built_in_one(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    published = await publishes(place)
    deal = await submits(seller)

    retired = await place.vendor.act(f"/v1/pipelines/{published['id']}", "retire")

    assert (retired["status"], retired["allowed_actions"]) == ("retired", [])
    later = await drafts(seller, {"name": "Hooli", "domain": "hooli.example"})
    assert (later["pipeline_id"], later["stage"]) == (None, "prospect")
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["pipeline_id"] == published["id"]
    assert len(await events_of(place, "pipeline.retired.v1")) == 1


async def test_drafts_are_the_vendors_and_a_published_version_never_changes(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    draft = await place.vendor.post("/v1/pipelines", {"name": "Ours"})
    path = f"/v1/pipelines/{draft['id']}"

    assert [each["code"] for each in draft["stages"]] == list(BUILT_IN.codes)
    assert (await seller.get(path)).status == 404
    changed = await place.vendor.patch(path, {"stages": SHORT}, if_match=draft.headers["etag"])
    assert [each["code"] for each in changed["stages"]] == ["first_call", "proposal"]
    published = await place.vendor.act(path, "publish")
    late = await place.vendor.patch(path, {"name": "Theirs"}, if_match=published.headers["etag"])
    assert late.problem == "invalid_transition"
    assert (await seller.get(path))["stages"] == published["stages"]
    assert (await seller.post("/v1/pipelines", {"name": "Mine"})).problem == "forbidden"


async def test_every_fault_of_a_draft_is_named_where_it_stands(tenant: Tenant):
    place = await world(tenant)
    stages = [
        {"code": "won", "probability": 10},
        {"code": "talk", "probability": 10, "moves_to": ["walk"]},
        {"code": "talk", "probability": 10, "entry_rules": [{"code": "typo", "when": "deal.amont > 5"}]},
    ]
    reasons = [{"code": "price"}, {"code": "price"}]

    refused = await place.vendor.post("/v1/pipelines", {"name": "Bad", "stages": stages, "lost_reasons": reasons})

    assert (refused.status, refused.problem) == (422, "invalid_rule")
    assert {(each["pointer"], each["code"]) for each in refused.json["errors"]} == {
        ("/stages/0/code", "reserved_code"),
        ("/stages/1/moves_to/0", "unknown_stage"),
        ("/stages/2/code", "duplicate_code"),
        ("/stages/2/entry_rules/0/when", "unknown_fact"),
        ("/lost_reasons/1/code", "duplicate_code"),
    }


_OPEN = Stage("open", 10)
_NARROW = Stage("narrow", 40, moves_to=("last",))
_LAST = Stage(
    "last",
    80,
    ("amount", "customer.country"),
    (Rule(code="large", when="deal.amount > 100"), Rule(code="soon", when="deal.days_to_close < 30")),
)
_THREE = Pipeline(None, (_OPEN, _NARROW, _LAST), (), (Reason("price"),))


@pytest.mark.parametrize(
    ("old", "new", "reason", "refused"),
    [
        ("open", "last", None, None),
        ("narrow", "last", None, None),
        ("narrow", "open", "A mistake", "move_not_allowed"),
        ("last", "open", None, "required"),
        ("last", "open", "The budget is gone", None),
        ("gone", "open", None, None),
        ("open", "gone", None, "unknown_stage"),
    ],
)
def test_a_stage_says_where_it_leads_and_back_takes_a_reason(old, new, reason, refused):
    if refused is None:
        assert require_way(_THREE, old=old, new=new, reason=reason).code == new
        return
    with pytest.raises(Invalid) as caught:
        require_way(_THREE, old=old, new=new, reason=reason)
    assert [each.code for each in caught.value.errors] == [refused]


@pytest.mark.parametrize(
    ("amount", "country", "days", "missing"),
    [
        (101, "DE", 29, []),
        (100, "DE", 29, ["/stage large"]),
        (None, "DE", 29, ["/amount required_for_stage", "/stage large"]),
        (101, None, None, ["/customer/country required_for_stage", "/stage soon"]),
        (1, None, 30, ["/customer/country required_for_stage", "/stage large", "/stage soon"]),
    ],
)
def test_a_refusal_names_each_missing_field_and_each_rule_that_fails(amount, country, days, missing):
    known, facts = {"amount": amount, "customer_country": country}, {"deal.amount": amount, "deal.days_to_close": days}
    found = []
    try:
        require_enterable(_LAST, known=known, facts=facts)
    except Invalid as refusal:
        found = [
            f"{each.pointer} {each.detail.split()[2] if each.code == 'entry_rule_failed' else each.code}"
            for each in refusal.errors
        ]

    assert found == missing


@pytest.mark.parametrize(
    ("listed", "given", "code"),
    [
        (["price", "unspecified"], None, "unspecified"),
        (["price", "unspecified"], "price", "price"),
        ([], None, "unspecified"),
        (["price"], "price", "price"),
    ],
)
def test_a_reason_may_be_left_out_where_the_list_says_so(listed, given, code):
    assert reason_code([Reason(each) for each in listed], given) == code


@pytest.mark.parametrize(
    ("given", "said", "code"),
    [(None, "price", "price"), (None, "They had no need.", "unspecified"), ("timing", "price", "timing")],
)
def test_what_is_said_is_the_code_where_it_is_one(given, said, code):
    assert reason_code([Reason(each) for each in ("price", "timing", "unspecified")], given, said=said) == code


@pytest.mark.parametrize(("given", "fault"), [(None, "required"), ("weather", "unknown_reason")])
def test_a_reason_is_one_of_the_list(given, fault):
    with pytest.raises(Invalid) as caught:
        reason_code([Reason("price")], given)

    assert [(each.pointer, each.code) for each in caught.value.errors] == [("/reason_code", fault)]


def test_a_pipeline_is_read_back_as_it_was_stored():
    assert pipeline_of({"id": None, **document(_THREE)}) == _THREE
    require_sound(BUILT_IN)
    with pytest.raises(InvalidRule):
        require_sound(replace(_THREE, stages=(_OPEN, _OPEN)))


def test_a_deal_is_due_to_leave_after_the_days_of_its_stage(tenant: Tenant):
    at = tenant.now()

    assert replace(_OPEN, max_age_days=3).due(at) == at + timedelta(days=3)
    assert _OPEN.due(at) is None

"""What a scope grants, and how far it reaches."""

import pytest

from shared.auth.granting import BeyondOwnRights, require_within
from shared.auth.principal import Caller, from_claims
from shared.auth.scopes import Reach, is_scope, parse
from shared.errors import Forbidden


def of_vendor(scope):
    return Caller("vendor", "tnt_1", "acc_1", None, scope)


def of_partner(scope):
    return Caller("partner", "tnt_1", "acc_2", "ptr_1", scope)


@pytest.mark.parametrize("scope", ["deals:read", "deals:*", "*:read", "*:*", "leads:write deals:read"])
def test_it_grants_reading_deals(scope):
    assert of_vendor(scope).may("deals:read")


@pytest.mark.parametrize(
    "scope", ["", "deals:write", "leads:*", "*:write", "deals", "deals:read:everything", "a:b:c:d"]
)
def test_it_does_not_grant_reading_deals(scope):
    assert not of_vendor(scope).may("deals:read")


def test_the_widest_of_several_grants_counts():
    assert of_vendor("deals:read:own *:read:assigned").reach("deals:read") is Reach.ASSIGNED


@pytest.mark.parametrize(
    ("scope", "viewer"),
    [
        ("deals:read", "*"),
        ("deals:read:all", "*"),
        ("deals:read:org", "*"),
        ("deals:read:subtree", "*"),
        ("deals:read:assigned", "acc_1"),
        ("deals:read:own", "acc_1"),
    ],
)
def test_what_a_person_of_the_vendor_sees(scope, viewer):
    assert of_vendor(scope).viewer("deals:read") == viewer


@pytest.mark.parametrize(
    ("scope", "viewer"),
    [
        ("deals:read", "ptr_1"),
        ("deals:read:own", "ptr_1"),
        ("deals:read:assigned", "ptr_1"),
        ("deals:read:subtree", "ptr_1/subtree"),
        ("deals:read:all", "ptr_1/subtree"),
        ("*:*:all", "ptr_1/subtree"),
    ],
)
def test_a_person_of_a_partner_never_sees_beyond_its_subtree(scope, viewer):
    assert of_partner(scope).viewer("deals:read") == viewer


def test_without_the_permission_nobody_views_anything():
    with pytest.raises(Forbidden):
        of_vendor("leads:read").viewer("deals:read")


def test_an_anonymous_caller_sees_nothing():
    assert Caller("anonymous", "tnt_1", "anonymous", None, "*:*").viewer("deals:read") == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"kind": "partner"},
        {"kind": "vendor", "partner": "ptr_1"},
        {"kind": "king"},
        {"partner": "*"},
        {"partner": "acc_1"},
        {"partner": "ptr_1/subtree"},
    ],
)
def test_claims_that_contradict_themselves_make_no_caller(claims):
    with pytest.raises(ValueError):
        from_claims({"tenant": "tnt_1", "sub": "acc_1", **claims})


@pytest.mark.parametrize(
    ("text", "well_formed"),
    [
        ("deals:read", True),
        ("mdf-claims:*:own", True),
        ("*:*", True),
        ("deals", False),
        ("deals:read:some", False),
    ],
)
def test_a_scope_is_well_formed_or_not(text, well_formed):
    assert is_scope(text) is well_formed
    assert bool(parse(text, vendor=True)._granted) is well_formed


async def test_the_api_asks_for_the_permission(service, tenant_id):
    reader = service.person(tenant_id, scope="notes:read")

    assert (await reader.get("/v1/notes")).status == 200
    assert (await reader.send("POST", "/v1/notes", {"title": "a"})).problem == "forbidden"


@pytest.mark.parametrize("wider", ["deals:read", "deals:read:all", "deals:read:org", "deals:read:subtree", "deals:*"])
def test_whoever_reaches_assigned_partners_only_gives_nobody_the_whole_tenant(wider):
    held = parse("deals:read:assigned", vendor=True)

    require_within(["deals:read:assigned", "deals:read:own"], own=held, vendor=True)
    with pytest.raises(BeyondOwnRights):
        require_within([wider], own=held, vendor=True)


def test_whoever_reaches_assigned_partners_only_gives_nothing_to_any_other():
    held = parse("deals:read:assigned leads:read:own", vendor=True)

    for scope in ("deals:read", "deals:read:own", "leads:read:own"):
        with pytest.raises(BeyondOwnRights):
            require_within([scope], own=held, vendor=False)
    require_within(["deals:read", "deals:read:own"], own=held, vendor=False, assigned=True)
    require_within(["deals:read"], own=parse("deals:read", vendor=True), vendor=False)
    require_within(["deals:read"], own=parse("deals:read", vendor=False), vendor=False)


@pytest.mark.parametrize("text", ["deals:read:OWN", "-:read", "übung:read", "deals:read ", "Deals:read"])
def test_a_scope_has_the_form_that_the_specification_gives(text):
    assert not is_scope(text)

"""Domains of one house: aliases of a company, and its parents, as conflict checks know them."""

import re
from typing import Any

from services.deals.domain_links.house import NO_HOUSE, House, house_of
from services.deals.screening.rules import Asked, Registered, compare
from shared.matching import Company, identity_score
from tests.deals.make import World, submits, world
from tests.system import Client, Response, Tenant

_GLOBEX = {"name": "Globex Corporation", "domain": "globex.com", "country": "US"}


async def _linked(place: World, start: str, end: str, kind: str) -> Response:
    return await place.vendor.post("/v1/domain-links", {"from_domain": start, "to_domain": end, "kind": kind})


async def _checked(caller: Client, name: str, domain: str) -> dict[str, Any]:
    body = {"customer": {"name": name, "domain": domain, "country": "US"}, "product_family": "cloud"}
    answer = await caller.post("/v1/conflict-checks", body)
    assert answer.status == 201
    # Whoever asks learns the class and why; of the domains that are linked, only the one it has named itself.
    assert {"globex.com", "initrode.io"} & set(re.findall("[a-z.-]+", answer.body.decode())) <= {domain}
    return {"class": answer["class"], "reasons": answer["reasons"]}


async def test_a_customer_is_recognised_by_another_of_its_domains(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, _GLOBEX)
    unknown = await _checked(rival, "GX Industries", "gx-industries.com")

    made = await _linked(place, "www.gx-industries.com", "https://globex.com/en", "alias")

    assert (made["from_domain"], made["to_domain"]) == ("gx-industries.com", "globex.com")
    assert unknown == {"class": "none", "reasons": []}
    assert await _checked(rival, "GX Industries", "gx-industries.com") == {
        "class": "possible",
        "reasons": ["domain_of_same_house"],
    }


async def test_a_parent_is_related_and_never_the_same_from_above_and_from_below(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, {"name": "Initrode Labs", "domain": "initrode.io", "country": "US"})
    await submits(seller, _GLOBEX)
    await _linked(place, "initrode.io", "globex.com", "parent")
    await _linked(place, "globex.com", "globex-holding.com", "parent")

    above = await _checked(rival, "Holding of Everything", "globex-holding.com")
    below = await _checked(rival, "Hidden Subsidiary", "initrode.io")

    assert above == {"class": "related", "reasons": ["domain_of_parent", "parent_or_subsidiary"]}
    assert (below["class"], "domain_of_parent" in below["reasons"]) == (
        "blocking",
        False,
    )  # its own registration is nearer


async def test_a_submission_that_meets_a_subsidiary_waits_with_a_case_that_can_be_computed_again(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, {"name": "Initrode Labs", "domain": "initrode.io", "country": "US"})
    link = await _linked(place, "initrode.io", "globex.com", "parent")

    deal = await submits(rival, _GLOBEX)

    assert (deal["status"], deal["conflict_class"]) == ("in_review", "related")
    (case,) = (await place.vendor.get("/v1/conflict-cases", deal_id=deal["id"])).json["data"]
    path = f"/v1/domain-links/{link['id']}"
    gone = await place.vendor.request("DELETE", path, headers={"If-Match": '"1"'})
    assert (gone.status, (await place.vendor.get(path)).status) == (204, 404)
    replayed = await place.vendor.get(f"/v1/conflict-cases/{case['id']}/replay")
    assert (replayed["agrees"], replayed["recomputed_class"]) == (True, "related")
    later = await _checked(await place.partner(), "Globex Corporation", "globex.com")
    assert (later["class"], "domain_of_parent" in later["reasons"]) == ("probable", False)


async def test_what_is_linked_already_is_not_linked_again_and_nobody_becomes_its_own_parent(tenant: Tenant):
    place = await world(tenant)
    await _linked(place, "a.com", "b.com", "parent")
    await _linked(place, "b.com", "c.com", "parent")
    await _linked(place, "c.com", "d.com", "alias")

    again = [
        await _linked(place, start, end, kind)
        for start, end, kind in [
            ("a.com", "b.com", "alias"),
            ("b.com", "a.com", "parent"),
            ("c.com", "a.com", "parent"),
            ("d.com", "a.com", "parent"),
            ("d.com", "c.com", "alias"),
        ]
    ]

    assert {each.problem for each in again} == {"domains_linked"}
    assert (await _linked(place, "e.com", "c.com", "parent")).status == 201


async def test_only_domains_that_a_company_has_for_itself_are_linked(tenant: Tenant):
    place = await world(tenant)

    answers = [
        await _linked(place, "gmail.com", "globex.com", "alias"),
        await _linked(place, "globex.com", "co.uk", "alias"),
    ]
    itself = await _linked(place, "www.globex.com", "globex.com", "alias")

    assert [each.json["errors"][0]["code"] for each in (*answers, itself)] == [
        *["not_a_company_domain"] * 2,
        "same_domain",
    ]


async def test_a_partner_neither_reads_nor_makes_a_link(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    link = await _linked(place, "gx.com", "globex.com", "alias")
    changed = await place.vendor.patch(f"/v1/domain-links/{link['id']}", {"kind": "parent"}, if_match='"1"')

    assert changed["kind"] == "parent"
    assert (await seller.get("/v1/domain-links"))["data"] == []
    assert (await seller.get(f"/v1/domain-links/{link['id']}")).status == 404
    assert (
        await seller.post("/v1/domain-links", {"from_domain": "x.com", "to_domain": "y.com", "kind": "alias"})
    ).status == 403


def test_an_alias_never_outranks_the_same_domain():
    asked = Company("Globex", country="US", domain="gx.com", alias_domains=("globex.com",))
    for name in ("Globex", "Globex Europe", "Something Else"):
        by_alias = identity_score(asked, Company(name, country="US", domain="globex.com"))
        equal = identity_score(asked, Company(name, country="US", domain="gx.com"))
        assert by_alias.value < equal.value
    rival = Registered(
        "deal", "ptr", "cus", "cloud", Company("Globex", country="US", domain="globex.com"), protects=True
    )
    assert compare(Asked(asked, "cloud", None), rival).verdict == "probable"


def test_a_house_says_what_is_known_of_a_company_and_of_its_subsidiaries():
    house = house_of(["alias gx.com", "parent holding.com", "child gx-labs.com"])
    globex, labs = Company("Globex", domain="globex.com"), Company("Labs", domain="www.gx-labs.com")

    owned = house.owned(globex)

    assert (owned.alias_domains, owned.parent_domains) == (("gx.com",), ("holding.com",))
    assert house.related(labs, to=globex).parent_domains == ("globex.com",)
    assert house.related(Company("Other", domain="other.com"), to=globex).parent_domains == ()
    assert (NO_HOUSE.owned(globex), house_of([])) == (globex, House())

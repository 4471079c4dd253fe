"""Builders of the partners tests: companies, applications, partners and people, as the API takes them."""

import uuid
from typing import Any

from tests.system import Client, Response, Tenant

GERMAN_TAX_ID = "DE136695976"
OTHER_GERMAN_TAX_ID = "DE811569869"


def application(
    *,
    name: str = "Globex GmbH",
    country: str = "DE",
    website: str | None = "https://globex.de",
    tax_id: str | None = None,
    email: str = "anna.meier@globex.de",
    given_name: str = "Anna",
    family_name: str = "Meier",
    **more: Any,
) -> dict[str, Any]:
    """The body of an application."""
    company: dict[str, Any] = {"legal_name": name, "country": country}
    company |= {"website": website} if website else {}
    company |= {"tax_id": tax_id} if tax_id else {}
    contact = {"given_name": given_name, "family_name": family_name, "email": email}
    return {"company": company, "contact": contact, "answers": {}, **more}


async def applied(tenant: Tenant, **company: Any) -> str:
    """A company applies; returns the application's id."""
    answer = await tenant.anonymous().post("/v1/applications", application(**company))
    assert answer.status == 201, answer.json
    return str(answer["id"])


async def partner(vendor: Client, *, name: str = "Globex", country: str = "DE", **fields: Any) -> str:
    """A partner in onboarding, made by the vendor; returns its id."""
    answer = await vendor.post("/v1/partners", {"name": name, "country": country, **fields})
    assert answer.status == 201, answer.json
    return str(answer["id"])


async def working_partner(vendor: Client, *, name: str = "Globex", **fields: Any) -> str:
    """A partner that has ended its onboarding."""
    made = await partner(vendor, name=name, **fields)
    assert (await vendor.act(f"/v1/partners/{made}", "activate")).status == 200
    return made


async def person(
    caller: Client, partner_id: str | None, *, email: str = "anna@globex.de", roles: tuple[str, ...] = ("sales",)
) -> Response:
    """A person of a partner, not yet invited."""
    body = {"given_name": "Anna", "family_name": "Meier", "email": email, "roles": list(roles)}
    return await caller.post("/v1/people", body | ({"partner_id": partner_id} if partner_id else {}))


async def admin(vendor: Client, partner_id: str, *, email: str = "boss@globex.de") -> str:
    """An invited administrator of a partner; returns the person's id."""
    made = await person(vendor, partner_id, email=email, roles=("partner_admin",))
    assert (await vendor.act(f"/v1/people/{made['id']}", "invite")).status == 200
    return str(made["id"])


async def tier(vendor: Client, code: str, rank: int, **fields: Any) -> str:
    """A tier of the default program; returns its id."""
    answer = await vendor.post("/v1/tiers", {"code": code, "name": code.title(), "rank": rank, **fields})
    assert answer.status == 201, answer.json
    return str(answer["id"])


def policy(*rules: tuple[str, str, str], **fields: Any) -> dict[str, Any]:
    """The body of a screening policy: rules as (code, condition, outcome)."""
    made = [{"code": code, "when": when, "outcome": outcome} for code, when, outcome in rules]
    return {"name": "Our screening", "rules": made, **fields}


async def published(vendor: Client, *rules: tuple[str, str, str], **fields: Any) -> str:
    """A screening policy that counts from now on; returns its id."""
    draft = await vendor.post("/v1/screening-policies", policy(*rules, **fields))
    assert draft.status == 201, draft.json
    assert (await vendor.act(f"/v1/screening-policies/{draft['id']}", "publish")).status == 200
    return str(draft["id"])


async def changed(caller: Client, path: str, body: dict[str, Any]) -> Response:
    """Patch an object at its current version."""
    seen = await caller.get(path)
    return await caller.patch(path, body, if_match=seen.headers.get("etag", '"0"'))


async def events(tenant: Tenant, type_prefix: str = "") -> list[dict[str, Any]]:
    """The tenant's events so far, oldest first, as the service's log holds them."""
    rows = await tenant.system.superuser.fetch(
        "SELECT type, subject, subject_version, audience::text, data::text FROM partners.events"
        " WHERE tenant_id = $1 AND type LIKE $2 || '%' ORDER BY epoch, xid, id",
        tenant.id,
        type_prefix,
    )
    return [dict(row) for row in rows]


async def staff(vendor: Client, name: str = "Eszter") -> str:
    """A member of the vendor's staff, invited; returns the account's id."""
    email = f"{name.lower()}.{uuid.uuid4().hex[:10]}@vendor.example"
    body = {"email": email, "given_name": name, "family_name": "Hámori", "roles": ["channel_manager"]}
    answer = await vendor.post("/v1/accounts", body)
    assert answer.status == 201, answer.json
    return str(answer["id"])


async def assigned(
    vendor: Client, account_id: str, *partners: str, role: str = "channel_manager", **fields: Any
) -> str:
    """A member of the staff looks after partners; returns the id of the last place."""
    for partner_id in partners:
        body = {"account_id": account_id, "partner_id": partner_id, "role": role, **fields}
        answer = await vendor.post("/v1/account-teams", body)
        assert answer.status == 201, answer.json
    return str(answer["id"])

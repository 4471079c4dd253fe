"""How the vendor begins: its staff, what it sells, its tiers and its policies."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from secrets import token_urlsafe
from typing import Any

from deploy.demo.director import story_time
from deploy.demo.names import slug
from deploy.demo.selling import offer
from deploy.demo.stage import Actor, StoryBroken
from deploy.demo.world import MONTHS, World, minor_units
from gateway.mail.queries import newest

_CARE: str = "care"


def new_password() -> str:
    """Return a password for an account of the demo; each installation has its own."""
    return token_urlsafe(12)


async def hire(world: World) -> None:
    """Give every vendor role somebody, invited by the administrator who is there already."""
    admin = world.staff["tenant_admin"]
    for each in world.catalogue["staff"]:
        if each["role"] in world.staff:
            continue
        email = f"{slug(each['given_name'])}.{slug(each['family_name'])}@{world.catalogue['vendor']['domain']}"
        names = {name: each[name] for name in ("given_name", "family_name")}
        account = await admin.create("accounts", {"email": email, "roles": [each["role"]], **names})
        await admin.act("accounts", account, "invite")
        actor = Actor(world.stage, email, new_password(), each["role"], account_id=account["id"])
        world.staff[each["role"]] = actor
    await accept_invitations(world, list(world.staff.values())[1:])


async def accept_invitations(world: World, actors: Sequence[Actor]) -> None:
    """Let people choose their passwords, with the tokens from their mails."""
    mails = await newest(world.mail_url, tenant_id=world.tenant_id, limit=1000)
    tokens = {
        mail.recipient: found[1] for mail in reversed(mails) if (found := re.search(r"^Token: (\S+)$", mail.body, re.M))
    }

    async def accept(actor: Actor) -> None:
        token = tokens.get(actor.email)
        if token is None:
            raise StoryBroken(f"No invitation was sent to {actor.email}.")
        answer = await world.stage.send("POST", f"/v1/invitations/{token}/accept", body={"password": actor.password})
        actor.granted(answer)

    await asyncio.gather(*(accept(actor) for actor in actors))


async def set_up(world: World) -> None:
    """Publish the catalogue, the tiers, the policies, the exchange rates and the commission plan."""
    admin = world.staff["program_admin"]
    await admin.create("programs", {"code": "partner-program", "name": "Aurelia Partner Program"})
    for tier in world.catalogue["tiers"]:
        await admin.create("tiers", tier)
    for family in world.catalogue["families"]:
        await admin.create("product-families", family)
    await offer(world)
    await _territories(world)
    await _policies(world)
    await _rates(world)
    await _commission(world)


async def _territories(world: World) -> None:
    named = {
        "dach": ("Germany, Austria, Switzerland", ["DE", "AT", "CH"]),
        "west-europe": ("Western Europe", ["FR", "GB"]),
        "east-europe": ("Hungary, Bulgaria, Kazakhstan", ["HU", "BG", "KZ"]),
        "americas": ("United States", ["US"]),
        "asia-pacific": ("China, Japan, Singapore", ["CN", "JP", "SG"]),
    }
    for code, (name, countries) in named.items():
        await world.staff["program_admin"].create("territories", {"code": code, "name": name, "countries": countries})


async def _policies(world: World) -> None:
    admin = world.staff["program_admin"]
    limits = world.catalogue["limits_in_euro"]
    approval = await admin.create(
        "approval-policies",
        {
            "name": "Registrations",
            "rules": [
                {"code": "partner_active", "when": "partner.active", "reason": "The partner is not active."},
                {
                    "code": "no_conflict",
                    "when": 'conflict.class == "none"',
                    "reason": "Another registration may be met.",
                },
                {
                    "code": "amount_within_limit",
                    "when": "deal.amount <= deal.amount_limit",
                    "reason": "The amount is above the limit of the partner's tier.",
                },
                {
                    "code": "territory_allowed",
                    "when": "!partner.covers_country.known || partner.covers_country",
                    "reason": "The customer's country is in none of the partner's territories.",
                },
                {
                    "code": "agreement_in_force",
                    "when": "!partner.agreement_in_force.known || partner.agreement_in_force",
                    "reason": "The partner's agreement is not in force.",
                },
                {
                    "code": "credential_valid",
                    "when": "!partner.credential_valid.known || partner.credential_valid",
                    "reason": "The partner lacks a credential.",
                },
                {"code": "not_a_named_account", "when": "!customer.named", "reason": "It is a named account."},
                {"code": "complete_enough", "when": "deal.completeness >= 80", "reason": "Too little is known."},
                {"code": "evidence_given", "when": "deal.evidence_ok", "reason": "The deal needs evidence."},
                {
                    "code": "within_quota",
                    "when": "partner.within_quota",
                    "reason": "The partner has as many open as it may have.",
                },
            ],
            "amount_limits": [
                {"tier": tier, "currency": code, "amount": minor_units(euro, code, each["euro"])}
                for tier, euro in limits.items()
                for code, each in world.catalogue["currencies"].items()
            ],
            "protection_days": [
                {"tier": tier["code"], "days": tier["protection_days"]} for tier in world.catalogue["tiers"]
            ],
        },
    )
    await admin.act("approval-policies", approval, "publish")
    routing = await admin.create(
        "routing-policies",
        {
            "name": "Nearest partner in turn",
            "strategy": "round_robin",
            "eligibility": "partner.covers_country && partner.sells_family && partner.open_leads < partner.capacity",
            "accept_within_hours": 24,
            "hop_limit": 3,
        },
    )
    await admin.act("routing-policies", routing, "publish")
    screening = await admin.create("screening-policies", _screening())
    await admin.act("screening-policies", screening, "publish")


def _screening() -> dict[str, Any]:
    """Every applicant is looked at by a person; one whose mail is a free one is marked."""
    return {
        "name": "New partners",
        "auto_approve": False,
        "rules": [
            {
                "code": "free_mail",
                "when": "application.free_mail",
                "outcome": "refer",
                "reason": "The contact writes from a free mail service.",
            },
            {
                "code": "competitor",
                "when": "application.competitor",
                "outcome": "fail",
                "reason": "The applicant belongs to a competitor.",
            },
        ],
        "competitor_domains": ["rivalmotion.example"],
    }


async def _rates(world: World) -> None:
    """A rate for each currency and month, wandering about its usual value."""
    admin = world.staff["incentive_admin"]
    dice = Random("exchange rates")
    for code, each in world.catalogue["currencies"].items():
        if code == "EUR":
            continue
        for month in range(MONTHS + 1):
            drift = Decimal(str(round(dice.uniform(-each["wander"], each["wander"]), 4)))
            rate = (Decimal(each["euro"]) * (1 + drift)).quantize(Decimal("0.00000001"))
            day = _month(story_time().date(), month)
            body = {"base": code, "quote": "EUR", "rate": f"{rate:f}", "effective_on": day.isoformat()}
            await admin.create("exchange-rates", body)


def _month(day: date, later: int) -> date:
    """The first day of the month that comes so many months after a day's own."""
    count = day.year * 12 + day.month - 1 + later
    return date(count // 12, count % 12 + 1, 1)


async def _commission(world: World) -> None:
    """Commission by marginal bands each quarter, and for the year's growth a rate that reaches back to its first euro."""
    admin = world.staff["incentive_admin"]
    plan = await admin.create(
        "plans", {"name": "Partner commission", "currency": "EUR", "description": "Paid on what customers order, net."}
    )
    first = _month(story_time().date() - timedelta(days=31), 0)
    version = await admin.create(
        "plan-versions",
        {"plan_id": plan["id"], "effective_from": first.isoformat(), "components": _components()},
    )
    await admin.act("plan-versions", version, "publish")
    assignment = {"plan_id": plan["id"], "level": "all", "effective_from": first.isoformat()}
    await admin.create("plan-assignments", assignment)
    world.plan_id = plan["id"]


def _components() -> list[Mapping[str, Any]]:
    return [
        {
            "code": "base",
            "name": "Quarterly commission",
            "mode": "marginal",
            "period": "quarter",
            "condition": f'deal.product_family != "{_CARE}"',
            "bands": [
                {"from": 0, "to": 10_000_000, "rate": "0.05"},
                {"from": 10_000_000, "to": 30_000_000, "rate": "0.07"},
                {"from": 30_000_000, "to": None, "rate": "0.09"},
            ],
        },
        {
            "code": "care",
            "name": "Maintenance contracts",
            "mode": "marginal",
            "period": "quarter",
            "condition": f'deal.product_family == "{_CARE}"',
            "bands": [{"from": 0, "to": None, "rate": "0.12"}],
        },
        {
            "code": "growth",
            "name": "Growth of the year",
            "mode": "retroactive",
            "period": "year",
            "bands": [
                {"from": 0, "to": 40_000_000, "rate": "0"},
                {"from": 40_000_000, "to": 100_000_000, "rate": "0.01"},
                {"from": 100_000_000, "to": None, "rate": "0.02"},
            ],
        },
    ]

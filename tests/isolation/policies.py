"""The approval policy of the place, by which deals of every state come about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.gateway import make as identity

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def approval(place: Place, name: str) -> None:
    """The policy is in force, and somebody is at the deal desk."""
    person = {"email": identity.address("desk"), "given_name": name, "family_name": name, "roles": ["deal_desk"]}
    made = await place.makes(place.vendor, "/v1/accounts", person)
    for year in (2190, 2192):
        # So late that nobody is away now.
        leave = {"starts_at": f"{year}-01-01T00:00:00Z", "ends_at": f"{year}-02-01T00:00:00Z", "reason": name}
        await place.makes(place.vendor, "/v1/approval-delegations", {"to_account_id": made["id"], **leave})
    drafted = await place.makes(place.vendor, "/v1/approval-policies", _policy(name))
    await place.does(place.vendor, f"/v1/approval-policies/{drafted['id']}", "publish")


def _policy(name: str) -> dict[str, Any]:
    """A policy that refers what the built-in one would; administrators approve deals in crowns, or the desk where there are none."""
    return {
        "name": name,
        "rules": [
            {"code": "within", "when": "deal.amount <= deal.amount_limit", "reason": name},
            {"code": "alone", "when": 'conflict.class == "none"', "reason": name},
        ],
        "amount_limits": [{"currency": "EUR", "amount": 10_000_000}],
        "steps": [
            {
                "code": "desk",
                "name": name,
                "when": 'deal.currency == "NOK"',
                "approvers": [{"role": "tenant_admin"}],
                "escalate_to": "deal_desk",
            },
        ],
    }

"""The roles as shipped: the role and scope matrix of the product, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Role:
    """A code, a name for people, the side it is for, and its scopes."""

    code: str
    name: str
    side: str
    scopes: tuple[str, ...]


def _each(verbs: str, nouns: str, reach: str = "") -> tuple[str, ...]:
    return tuple(f"{noun}:{verb}{reach}" for noun in nouns.split() for verb in verbs.split())


_CATALOGUE = "programs tiers product-families custom-fields calendars pipelines products bundles price-promotions"
_TERRITORIES = "territories"
_PROTECTION = "protection-claims protection-extensions"
_PRICES = "price-lists"
_QUOTES = "special-prices quotes"
# What partners order, what of it counts, what they have sold out, and licences; and what sees it.
_ORDERS: Final = _each("read write", "orders pos-batches licences") + _each("read", "order-matches licence-allowances")
_ORDERS_SEEN: Final = _each("read", "orders order-matches pos-batches licences licence-allowances")

# What every person may do: with its own sessions and the work it started, and what its other permissions allow, seen or done together.
EVERYBODY: Final = ("sessions:*", "home:read", "search:read", "operations:read", "operations:write:own", "batch:write")

# What the administrator of a partner does, and gives to others.
_ADMINISTERS: Final = (
    _ORDERS
    + _each("*", "people api-keys oauth-clients embed-tokens webhook-endpoints conflict-checks files")
    + _each("write", "second-factors")
    + _each("read write", "conflict-cases")
    + _each("read", _PRICES)
    + _each("read write", _QUOTES)
    + _each("read write", "deals leads partners relationships statements operations imports engagements solutions")
    + _each("assign", "deals")
    + _each(
        "read",
        f"{_CATALOGUE} offers {_PROTECTION} returns forecasts earnings explanations payouts roles tenants plans"
        " account-teams exchange-rates events audit-records receipts request-logs share-templates tenders registration-quality"
        " attributions solution-listings",
    )
)
_PARTNER = (
    Role(
        "partner_admin",
        "Partner administrator",
        "partner",
        _ADMINISTERS,
    ),
    Role(
        "sales_manager",
        "Sales manager",
        "partner",
        _ORDERS
        + _each("read write", "deals leads imports engagements solutions")
        + _each("assign", "deals")
        + _each("read write", "conflict-cases")
        + _each("read", f"{_CATALOGUE} partners people account-teams offers {_PROTECTION} returns")
        + _each(
            "read",
            "forecasts earnings explanations share-templates attributions solution-listings tenders registration-quality",
        )
        + _each("read", _PRICES)
        + _each("read write", _QUOTES)
        + _each("*", "conflict-checks files"),
    ),
    Role(
        "sales",
        "Sales",
        "partner",
        _ORDERS
        + _each("read", f"{_CATALOGUE} deals conflict-cases partners people account-teams {_PROTECTION}")
        + _each("write", "deals", ":own")
        + _each("read write", "leads")
        + _each(
            "read",
            "offers returns engagements share-templates solutions solution-listings tenders registration-quality",
        )
        + _each("read", _PRICES)
        + _each("read", _QUOTES)
        + _each("write", _QUOTES, ":own")
        + _each("*", "conflict-checks files"),
    ),
    Role(
        "marketing",
        "Marketing",
        "partner",
        _each("read", f"{_CATALOGUE} deals people account-teams") + _each("read write", "partners files"),
    ),
    Role(
        "finance",
        "Finance",
        "partner",
        _ORDERS_SEEN
        + _each(
            "read", f"{_CATALOGUE} deals partners people returns earnings explanations payouts plans exchange-rates"
        )
        + _each("read", "audit-records receipts account-teams price-lists")
        + _each("read", _QUOTES)
        + _each("read write", "statements files"),
    ),
    Role("technical", "Technical", "partner", _each("read", f"{_CATALOGUE} deals partners people account-teams")),
    Role("learner", "Learner", "partner", _each("read", f"{_CATALOGUE} partners")),
    # What deals are worth is masked.
    Role("viewer", "Viewer", "partner", ("deals:view", *_each("read", f"{_CATALOGUE} partners people"))),
    # It sees the partners below its own, and changes its own alone.
    Role(
        "distributor_admin",
        "Distributor administrator",
        "partner",
        _ADMINISTERS + _each("read", f"partners deals leads offers {_PROTECTION} returns conflict-cases", ":subtree"),
    ),
)

_VENDOR = (
    Role("tenant_admin", "Tenant administrator", "vendor", ("*:*",)),
    Role(
        "program_admin",
        "Program administrator",
        "vendor",
        ("*:read",)
        + _each("*", "orders order-matches order-policies pos-batches pos-matches licences licence-allowances")
        + _each("*", f"{_CATALOGUE} {_TERRITORIES} applications screening-policies partners people deals customers")
        + _each("*", "account-teams relationships")
        + _each("*", f"conflict-checks conflict-cases approval-policies approval-tasks {_PROTECTION} returns")
        + _each("*", "approval-delegations retention-policies")
        + _each("*", "conflict-policies conflict-reports direct-opportunities domain-links pipeline-migrations")
        + _each("*", f"{_PRICES} {_QUOTES}")
        + _each("*", "engagements share-templates")
        + _each("*", "deal-tasks deal-transfers registration-policies tenders")
        + _each("*", "attributions solutions solution-listings")
        + _each("*", "leads offers routing-policies files operations imports")
        + ("second-factors:write", "sandbox:enter"),
    ),
    # It works with the partners of its account teams; what belongs to no partner it reads as a whole.
    Role(
        "channel_manager",
        "Channel manager",
        "vendor",
        _each("read", "orders order-matches pos-batches licences", ":assigned")
        + _each("read", "order-policies licence-allowances")
        + _each("read write approve", "partners deals leads engagements", ":assigned")
        + _each("assign", "deals", ":assigned")
        + _each("read write", "people returns files deal-tasks", ":assigned")
        + _each("read", "deal-transfers", ":assigned")
        + _each("read", "attributions solutions", ":assigned")
        + _each("read approve", "approval-tasks", ":assigned")
        + _each("read write", "approval-delegations")
        + _each(
            "read",
            f"offers {_PROTECTION} conflict-cases earnings explanations statements payouts forecasts",
            ":assigned",
        )
        + _each("read", "account-teams relationships conflict-checks tenders registration-quality", ":assigned")
        + _each("write", "conflict-checks second-factors")
        + _each("read write", "customers")
        + _each("read", f"{_CATALOGUE} {_TERRITORIES} applications plans approval-policies")
        + _each(
            "read",
            "routing-policies share-templates registration-policies conflict-policies direct-opportunities domain-links",
        )
        + _each("read write", _QUOTES, ":assigned")
        + _each("approve", "special-prices", ":assigned")
        + _each("read", f"solution-listings {_PRICES}"),
    ),
    Role(
        "deal_desk",
        "Deal desk",
        "vendor",
        _each("*", "orders order-matches pos-batches pos-matches licences")
        + _each("read", "order-policies licence-allowances")
        + _each(
            "*",
            f"approval-tasks approval-delegations deals customers conflict-checks conflict-cases {_PROTECTION} returns files deal-tasks deal-transfers",
        )
        + _each("*", "engagements share-templates tenders")
        + _each("read", f"{_CATALOGUE} {_TERRITORIES} partners people leads offers approval-policies forecasts")
        + _each("*", "conflict-reports")
        + _each("read write", _PRICES)
        + _each("*", _QUOTES)
        + _each("*", "attributions solutions solution-listings")
        + _each(
            "read",
            "conflict-policies direct-opportunities domain-links pipeline-migrations registration-policies"
            " registration-quality",
        ),
    ),
    Role(
        "incentive_admin",
        "Incentive administrator",
        "vendor",
        _ORDERS_SEEN
        + _each("*", "plans plan-versions plan-assignments earnings explanations exchange-rates recalculations files")
        + _each("read write", "statements payouts periods")
        + _each("read", f"{_CATALOGUE} partners people deals customers returns leads ledger attributions"),
    ),
    Role(
        "finance_approver",
        "Finance approver",
        "vendor",
        _ORDERS_SEEN
        + _each("read write approve pay", "payouts")
        + _each("read approve", "statements periods approval-tasks")
        + _each("read write", "approval-delegations")
        + _each("read", f"{_CATALOGUE} partners deals customers returns leads earnings explanations ledger")
        + _each("read", "plans plan-versions plan-assignments exchange-rates recalculations files")
        + _each("read", "audit-records receipts price-lists")
        + _each("read", _QUOTES),
    ),
    Role(
        "executive",
        "Executive",
        "vendor",
        _ORDERS_SEEN
        + _each(
            "read",
            f"{_CATALOGUE} {_TERRITORIES} partners relationships applications deals customers {_PROTECTION} conflict-cases",
        )
        + _each(
            "read", "returns forecasts leads offers plans earnings explanations statements payouts ledger price-lists"
        )
        + _each("read", _QUOTES)
        + _each("read", "tenders registration-quality")
        + _each("read approve", "approval-tasks")
        + _each("read write", "approval-delegations"),
    ),
    Role(
        "lead_manager",
        "Lead manager",
        "vendor",
        _each("*", f"leads offers routing-policies {_TERRITORIES} files imports")
        + _each("read", f"{_CATALOGUE} partners people deals customers"),
    ),
    Role(
        "marketing_manager",
        "Marketing manager",
        "vendor",
        _each("read write", "leads files imports")
        + _each("read", f"{_CATALOGUE} {_TERRITORIES} partners people applications offers deals"),
    ),
    Role("training_manager", "Training manager", "vendor", _each("read", f"{_CATALOGUE} partners people files")),
    Role(
        "support_agent",
        "Support agent",
        "vendor",
        _each("read", "orders")
        + _each("read", f"{_CATALOGUE} {_TERRITORIES} partners people applications deals customers leads offers"),
    ),
    Role("compliance", "Legal and compliance", "vendor", ("*:read", "screening-policies:*", "retention-policies:*")),
    Role("auditor", "Auditor", "vendor", ("*:read",)),
    Role(
        "integration",
        "Integration",
        "vendor",
        ("*:read",)
        + _each("write", "orders pos-batches licences")
        + _each("write", "partners people deals customers returns leads")
        + _each("*", "webhook-endpoints events files operations imports")
        + ("sandbox:enter",),
    ),
)

DEFAULT_ROLES: Final[Mapping[str, Role]] = {role.code: role for role in (*_PARTNER, *_VENDOR)}

"""Which objects the ids of a specification belong to: `x-resource` at every path value, filter and member that holds one.

The isolation tests read it, and so can a portal that wants to link. An id that is new is entered here; a test fails until it is.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.values.ids import pattern
from shared.values.spread_nouns import SPREAD

PREFIXES: Final[Mapping[str, str]] = {
    "acc": "accounts",
    "adel": "approval-delegations",
    "apol": "approval-policies",
    "atask": "approval-tasks",
    "app": "applications",
    "atr": "attributions",
    "aud": "audit-records",
    "bndl": "bundles",
    "cal": "calendars",
    "case": "conflict-cases",
    "chk": "conflict-checks",
    "clk": "test-clocks",
    "clm": "protection-claims",
    "cpol": "conflict-policies",
    "cus": "customers",
    "dact": "deal-activities",
    "deal": "deals",
    "dlnk": "domain-links",
    "dnote": "deal-notes",
    "dtask": "deal-tasks",
    "dopp": "direct-opportunities",
    "eng": "engagements",
    "ern": "earnings",
    "evd": "evidence",
    "evt": "events",
    "fac": "second-factors",
    "field": "custom-fields",
    "file": "files",
    "fxr": "exchange-rates",
    "key": "api-keys",
    "lal": "licence-allowances",
    "lead": "leads",
    "lic": "licences",
    "oac": "oauth-clients",
    "offer": "offers",
    "omt": "order-matches",
    "opol": "order-policies",
    "ord": "orders",
    "orl": "order-lines",
    "pas": "plan-assignments",
    "pay": "payouts",
    "per": "people",
    "pext": "protection-extensions",
    "pfam": "product-families",
    "plan": "plans",
    "pln": "pipelines",
    "pmig": "pipeline-migrations",
    "plst": "price-lists",
    "plv": "plan-versions",
    "posb": "pos-batches",
    "posl": "pos-lines",
    "posx": "pos-mappings",
    "posm": "pos-matches",
    "prd": "periods",
    "prod": "products",
    "prog": "programs",
    "promo": "price-promotions",
    "ptr": "partners",
    "quo": "quotes",
    "rcl": "recalculations",
    "rel": "relationships",
    "ret": "returns",
    "rgp": "registration-policies",
    "rgq": "registration-quality",
    "rlog": "request-logs",
    "role": "roles",
    "rpol": "routing-policies",
    "rtp": "retention-policies",
    "scp": "screening-policies",
    "ses": "sessions",
    "shr": "share-templates",
    "slst": "solution-listings",
    "sol": "solutions",
    "spa": "special-prices",
    "stm": "statements",
    "team": "account-teams",
    "tend": "tenders",
    "terr": "territories",
    "tier": "tiers",
    "tnt": "tenants",
    "xcon": "transfer-consents",
    "xfr": "deal-transfers",
    "whd": "webhook-deliveries",
    "whe": "webhook-endpoints",
}
"""What the ids of each prefix are found under."""
MEMBERS: Final[Mapping[str, str]] = {
    "account_id": "accounts",
    "account_ids": "accounts",
    "account_team_id": "account-teams",
    "actor_id": "accounts",
    "api_key_id": "api-keys",
    "application_id": "applications",
    "approval_task_id": "approval-tasks",
    "assigned_to": "accounts",
    "assignee_id": "accounts",
    "attribution_id": "attributions",
    "awarded_deal_id": "deals",
    "backup_account_id": "accounts",
    "batch_id": "pos-batches",
    "bill_to_partner_id": "partners",
    "cancelled_by": "accounts",
    "case_id": "conflict-cases",
    "caused_by": "conflict-cases",
    "changed_by": "accounts",
    "child_partner_id": "partners",
    "chosen_deal_id": "deals",
    "client_id": "oauth-clients",
    "consent_id": "transfer-consents",
    "created_by": "accounts",
    "credited_partner_id": "partners",
    "customer_id": "customers",
    "deal_id": "deals",
    "deal_ids": "deals",
    "delegation_id": "approval-delegations",
    "direct_opportunity_id": "direct-opportunities",
    "earning_id": "earnings",
    "endpoint_id": "webhook-endpoints",
    "engagement_id": "engagements",
    "event_id": "events",
    "evidence_id": "evidence",
    "exchange_rate_id": "exchange-rates",
    "extension_id": "protection-extensions",
    "file_id": "files",
    "from_account_id": "accounts",
    "from_pipeline_id": "pipelines",
    "import_id": "imports",
    "lead_id": "leads",
    "licence_id": "licences",
    "line_id": "order-lines",
    "mapping_id": "pos-mappings",
    "match_id": "order-matches",
    "merged_id": "customers",
    "migration_id": "pipeline-migrations",
    "moved_by": "accounts",
    "new_pipeline_id": "pipelines",
    "oauth_client_id": "oauth-clients",
    "offer_id": "offers",
    "offered_by": "partners",
    "old_pipeline_id": "pipelines",
    "on_behalf_of": "accounts",
    "operation_id": "operations",
    "order_id": "orders",
    "owner_account_id": "accounts",
    "parent_partner_id": "partners",
    "partner_id": "partners",
    "payout_id": "payouts",
    "person_id": "people",
    "pipeline_id": "pipelines",
    "plan_id": "plans",
    "plan_version_id": "plan-versions",
    "pos_line_id": "pos-lines",
    "predecessor_id": "deals",
    "previous_id": "solutions",
    "previous_owner_account_id": "accounts",
    "price_list_id": "price-lists",
    "product_id": "products",
    "quote_id": "quotes",
    "relationship_id": "relationships",
    "renewal_deal_id": "deals",
    "renewal_of": "licences",
    "renewed_by": "licences",
    "return_id": "returns",
    "sell_to_partner_id": "partners",
    "session_id": "sessions",
    "share_template_id": "share-templates",
    "solution_id": "solutions",
    "source_partner_id": "partners",
    "special_price_id": "special-prices",
    "split_id": "customers",
    "statement_id": "statements",
    "statement_ids": "statements",
    "successor_id": "deals",
    "superseded_by": "quotes",
    "supersedes_id": "quotes",
    "tender_id": "tenders",
    "to_account_id": "accounts",
    "to_partner_id": "partners",
    "to_pipeline_id": "pipelines",
    "transfer_id": "deal-transfers",
    "version_id": "plan-versions",
}
"""What members and filters of these names refer to, wherever they stand, in objects and in events."""
# Objects whose path has the id of another: a receipt is that of an audit record.
_ELSEWHERE: Final[Mapping[str, str]] = {"receipts": "audit-records"}
_PATH_VALUES: Final[Mapping[str, str]] = {
    "id": "What the other system calls it.",
    "system": "The other system, such as `crm`.",
    "token": "The secret from the mail; good once.",
    "type": "What kind of object it is there, such as `opportunity`.",
}
# The ids of what every service has its part of say whose they are: `op_deals_…`.
_SPREAD: Final = {noun: f"{prefix}_[a-z]+" for noun, prefix in SPREAD.items()}
_PREFIX_OF: Final = {noun: prefix for prefix, noun in PREFIXES.items()} | _SPREAD
_TYPEID: Final = re.compile(r"\^([a-z_]+)_\[0-7\]")


def name_references(spec: dict[str, Any]) -> None:
    """Put `x-resource` at every id of a specification, and the form of an id at those in paths."""
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _name_parameter(parameter, path)
    for schema in spec["components"]["schemas"].values():
        for name, member in schema.get("properties", {}).items():
            noun = noun_of_member(name, member)
            if noun is not None:
                member["x-resource"] = noun


def noun_of_member(name: str, schema: Mapping[str, Any]) -> str | None:
    """Return the noun that a member of a body or an answer refers to, None for one that refers to nothing.

    Raises LookupError for an id whose prefix is not entered here.
    """
    if name in MEMBERS:
        return MEMBERS[name]
    prefix = next(_prefixes(schema), None)
    if prefix is None or name == "id":
        return None
    if prefix not in PREFIXES:
        raise LookupError(f"say in gateway/publish/references.py which noun ids with the prefix {prefix} belong to")
    return PREFIXES[prefix]


def noun_of_path(path: str) -> str:
    """Return the noun whose object the `{id}` of a path names, or whose list the path is."""
    static = [part for part in path.partition("/{id}")[0].split("/")[2:] if part not in ("count", "export")]
    noun = "/".join(static)
    return _ELSEWHERE.get(noun, noun)


def _name_parameter(parameter: dict[str, Any], path: str) -> None:
    name, place = parameter["name"], parameter["in"]
    if place == "path" and name == "id" and "/by-external-reference/" not in path:
        parameter["x-resource"] = noun = noun_of_path(path)
        if noun in _PREFIX_OF:
            parameter["schema"] = {"type": "string", "pattern": pattern(_PREFIX_OF[noun])}
        parameter["description"] = "Its id."
    elif place == "path" and name in _PATH_VALUES:
        parameter["description"] = _PATH_VALUES[name]
    elif place == "query" and name == "id":
        parameter["x-resource"] = noun_of_path(path)
    elif place == "query" and name in MEMBERS:
        parameter["x-resource"] = MEMBERS[name]


def _prefixes(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the prefix of the ids that a member holds, one or a list of them."""
    for option in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        found = _TYPEID.match(option.get("pattern", ""))
        if found is not None:
            yield found.group(1)

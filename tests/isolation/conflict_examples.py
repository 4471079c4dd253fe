"""Valid bodies of what conflicts are judged by."""

from typing import Any, Final

_OPPORTUNITY: Final = {
    "title": "Initech",
    "customer": {"name": "Initech Ltd.", "country": "GB"},
    "product_family": "cloud",
}
CONFLICTS: Final[dict[str, Any]] = {
    "create_conflict_policy": {"name": "Ours"},
    "change_conflict_policy": {"name": "Ours"},
    "create_direct_opportunity": _OPPORTUNITY,
    "put_direct_opportunity_by_external_reference": _OPPORTUNITY,
    "change_direct_opportunity": {"title": "Initech again"},
    "create_approval_delegation": {
        "to_account_id": "acc_01h455vb4pex5vsknk084sn02q",
        "starts_at": "2197-01-01T00:00:00Z",
        "ends_at": "2197-02-01T00:00:00Z",
        "reason": "On leave.",
    },
    "create_domain_link": {"from_domain": "initech.com", "to_domain": "initech.io", "kind": "alias"},
    "change_domain_link": {"kind": "parent"},
}

"""Valid bodies of what conflicts are judged by."""

from typing import Any, Final

CONFLICTS: Final[dict[str, Any]] = {
    "create_conflict_policy": {"name": "Ours"},
    "change_conflict_policy": {"name": "Ours"},
    "create_domain_link": {"from_domain": "initech.com", "to_domain": "initech.io", "kind": "alias"},
    "change_domain_link": {"kind": "parent"},
}

"""Through which customers something came to the one it is with: each of them was merged into the next. Pure."""

from collections.abc import Sequence


def brought_by(came_through: Sequence[str], customer_id: str) -> list[str] | None:
    """Return through which it had come to this customer, None where it never was with it."""
    if customer_id not in came_through:
        return None
    return list(came_through[: list(came_through).index(customer_id)])

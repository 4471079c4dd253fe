"""Shares in basis points: hundredths of a percent, whole numbers, so that nothing is lost on the way."""

from typing import Final

WHOLE: Final = 10_000


def percent(basis_points: int) -> str:
    """Write basis points as percent: 3334 is "33.34"."""
    return f"{basis_points // 100}.{basis_points % 100:02}"

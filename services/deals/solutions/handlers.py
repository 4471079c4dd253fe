"""What solutions do when time passes."""

from collections.abc import Mapping
from typing import Any

from services.deals.solutions import commands
from shared.db.tx import Tx


async def solution_runs_out(tx: Tx, subject: str, _: Mapping[str, Any]) -> None:
    """End a solution whose time of being listed is over."""
    await commands.run_out(tx, solution_id=subject)

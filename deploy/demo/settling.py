"""How the money goes out: each quarter a statement for every partner who earned, and payouts that a second person approves."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from deploy.demo.director import story_time
from deploy.demo.stage import StoryBroken
from deploy.demo.world import Partnership, World


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, its last day not included."""

    starts: date
    ends: date

    @property
    def settled_at(self) -> datetime:
        """When its statements are made."""
        return datetime.combine(self.ends, time(9), UTC) + timedelta(days=6)


def quarters(begins: datetime, until: datetime) -> list[Quarter]:
    """Return the quarters that end between two instants, early enough to be settled."""
    found: list[Quarter] = []
    start = date(begins.year, (begins.month - 1) // 3 * 3 + 1, 1)
    while True:
        end = date(start.year + (start.month == 10), (start.month + 2) % 12 + 1, 1)
        quarter = Quarter(start, end)
        if quarter.settled_at > until:
            return found
        found.append(quarter)
        start = end


async def settling(world: World, quarter: Quarter, *, is_last: bool) -> AsyncIterator[datetime]:
    """Make, approve and publish the statements of a quarter, then pay; of the last one a payout still waits for approval."""
    published = []
    for partnership in world.partnerships:
        if partnership.admin is None:
            continue
        statement = await _statement(world, partnership, quarter)
        if statement is not None:
            published.append((partnership, statement))
    yield story_time() + timedelta(days=4)
    for place, (partnership, statement) in enumerate(published):
        await _pay(world, partnership, statement, waits=is_last and place == 0)


async def _statement(world: World, partnership: Partnership, quarter: Quarter) -> Mapping[str, Any] | None:
    """The published statement; None for a partner who has earned nothing."""
    admin, approver = world.staff["incentive_admin"], world.staff["finance_approver"]
    period = {"from": quarter.starts.isoformat(), "to": quarter.ends.isoformat()}
    answer = await admin.attempt("/v1/statements", {"partner_id": partnership.id, "period": period})
    if answer.status in (404, 409, 422):
        return None
    if answer.status >= 300:
        raise StoryBroken(f"statements: {answer.status} {answer.body[:300].decode()}")
    statement = answer.json()
    statement = await approver.act("statements", statement, "approve")
    return dict(await approver.act("statements", statement, "publish"))


async def _pay(world: World, partnership: Partnership, statement: Mapping[str, Any], *, waits: bool) -> None:
    admin, approver = world.staff["incentive_admin"], world.staff["finance_approver"]
    answer = await admin.attempt("/v1/payouts", {"statement_ids": [statement["id"]]})
    if answer.status >= 300 or waits:
        return
    payout = await approver.act("payouts", answer.json(), "approve")
    payout = await approver.act("payouts", payout, "submit")
    await approver.act("payouts", payout, "confirm")

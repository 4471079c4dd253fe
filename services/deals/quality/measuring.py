"""Working a partner's figures out, off the path of requests: soon after something has happened, and once a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from services.deals.directory.queries import partner_of
from services.deals.quality.queries import figures_of, partners_measured, quality_of
from services.deals.quality.rules import as_text, parts_of, score
from services.deals.quality.tables import registration_quality
from services.deals.registration_policies.commands import PUBLISHED
from services.deals.registration_policies.queries import policy_in_force
from services.deals.registrations.standing import MEASURED
from shared.db.tx import Tx
from shared.events.catalog.partners import PartnerDirectory
from shared.events.catalog.registrations import RegistrationQuotaReached
from shared.events.envelope import Envelope

_DAILY: Final = timedelta(days=1)


async def measure(tx: Tx, partner_id: str, _: Mapping[str, Any]) -> None:
    """Store a partner's figures and score as they are now; tells when the quota has just been reached."""
    policy = await policy_in_force(tx)
    partner = await partner_of(tx, partner_id)
    figures = await figures_of(tx, partner_id, window_days=policy.window_days, stale_after_days=policy.stale_after_days)
    parts = parts_of(figures)
    quota = policy.quota(partner.tier)
    values = {
        "tier": partner.tier,
        "score": score(parts),
        "parts": [
            {
                "name": each.name,
                "count": each.count,
                "total": each.total,
                "ratio": as_text(each.ratio),
                "adjusted": as_text(each.adjusted),
                "weight": each.weight,
                "points": each.points,
            }
            for each in parts
        ],
        "open_registrations": figures.open,
        "quota": quota,
        "submitted": figures.submitted,
        "won": figures.won,
        "expired": figures.expired,
        "stale": figures.stale,
        "median_age_days": figures.median_age_days,
        "policy_version": policy.version,
        "over_quota": policy.over_quota,
        "cool_off_days": policy.cool_off_days,
        "window_days": policy.window_days,
    }
    known = await quality_of(tx, partner_id)
    if known is None:
        row = await tx.insert(registration_quality, id=tx.new_id("rgq"), partner_id=partner_id, **values)
    else:
        row = await tx.update(registration_quality, known, **values)
    was_within = known is None or known["open_registrations"] < known["quota"]
    if was_within and figures.open >= quota:
        event = RegistrationQuotaReached(partner_id=partner_id, open_registrations=figures.open, quota=quota)
        tx.emit(event, subject=row, audience=[partner_id])
    if figures.open or figures.submitted:
        await tx.remind(MEASURED, subject=partner_id, at=tx.now + _DAILY)


async def measure_all(tx: Tx, policy_id: str, arguments: Mapping[str, Any]) -> None:
    """Have the figures of all partners worked out by the policy that is in force now, 200 at a time; from a timer."""
    ids = await partners_measured(tx, after=str(arguments.get("after", "")))
    for partner_id in ids:
        await tx.remind(MEASURED, subject=partner_id, at=tx.now)
    if ids:
        await tx.remind(PUBLISHED, subject=policy_id, at=tx.now, after=ids[-1])


async def on_other_tier(tx: Tx, event: PartnerDirectory, _: Envelope) -> None:
    """Have a partner's figures worked out after its tier has changed, and with that its quota: by what is known of it now."""
    known = await quality_of(tx, event.partner_id)
    if known is not None and known["tier"] != (await partner_of(tx, event.partner_id)).tier:
        await tx.remind(MEASURED, subject=event.partner_id, at=tx.now)


async def on_outcome(tx: Tx, event: Any, _: Envelope) -> None:
    """Have the figures of a deal's partner worked out after something became of the deal, unless they were since then."""
    known = await quality_of(tx, event.partner_id)
    if known is None or known["updated_at"] < tx.now:
        await tx.remind(MEASURED, subject=event.partner_id, at=tx.now)

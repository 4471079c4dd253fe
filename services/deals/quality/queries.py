"""Reading registration quality, and counting what it is made of."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import DateTime, Text, and_, bindparam, func, or_, select

from services.deals.quality.rules import Figures
from services.deals.quality.tables import registration_quality
from services.deals.registrations.tables import IS_STANDING, deals
from shared.db.pool import Record
from shared.db.resource import Resource, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

REGISTRATION_QUALITY = Resource(
    "registration_quality",
    registration_quality,
    (
        "partner_id",
        "tier",
        "score",
        "parts",
        "open_registrations",
        "quota",
        computed("within_quota", lambda row: row["open_registrations"] < row["quota"], "open_registrations", "quota"),
        "over_quota",
        "submitted",
        "won",
        "expired",
        "stale",
        "median_age_days",
        "policy_version",
        "cool_off_days",
        "window_days",
    ),
    expands={"partner_id": "partners"},
    permission="registration-quality:read",
    sorts=("score", "open_registrations"),
    filters=("partner_id", "score", "open_registrations"),
)
_D = deals.c
_PARTNER: Final = bindparam("partner", type_=Text(collation="C"))
_AT: Final = bindparam("at", type_=DateTime(timezone=True))
_ENDS_AT: Final = func.least(_D.protected_until, _D.lapses_at)
_STANDS: Final = or_(_D.status != "approved", _ENDS_AT.is_(None), _ENDS_AT > _AT)


def _counted(condition: Any) -> Any:
    return func.count().filter(condition)


_OPEN_NOW = Statement(
    select(
        func.count().label("open"),
        _counted(_D.status == "approved").label("protected"),
        _counted(
            and_(_D.status == "approved", _D.updated_at < bindparam("quiet_since", type_=DateTime(timezone=True)))
        ).label("stale"),
        func.percentile_disc(0.5).within_group(_D.submitted_at.desc()).label("median_submitted_at"),
    ).where(_D.tenant_id == TENANT, _D.partner_id == _PARTNER, IS_STANDING, _STANDS)
)
_LAPSED: Final = or_(_D.status == "expired", and_(_D.status == "approved", _ENDS_AT <= _AT))
_IN_WINDOW = Statement(
    select(
        func.count().label("submitted"),
        _counted(_D.evidence_count > 0).label("evidenced"),
        _counted(or_(_D.status == "won", _D.status == "lost", _LAPSED)).label("ended"),
        _counted(_D.status == "won").label("won"),
        _counted(_LAPSED).label("expired"),
    ).where(
        _D.tenant_id == TENANT,
        _D.partner_id == _PARTNER,
        _D.created_at >= bindparam("since", type_=DateTime(timezone=True)),
        _D.submitted_at.isnot(None),
        _D.duplicate_of.is_(None),
    )
)
_OF_PARTNER = Statement(
    select(registration_quality)
    .where(registration_quality.c.tenant_id == TENANT, registration_quality.c.partner_id == _PARTNER)
    .with_for_update()
)
_MEASURED = Statement(
    select(registration_quality.c.partner_id)
    .where(
        registration_quality.c.tenant_id == TENANT,
        registration_quality.c.partner_id > bindparam("after", type_=Text(collation="C")),
    )
    .order_by(registration_quality.c.partner_id)
    .limit(200)
)


async def figures_of(tx: Tx, partner_id: str, *, window_days: int, stale_after_days: int) -> Figures:
    """Count a partner's registrations: those made within the window, and those open now."""
    now: datetime = tx.now
    quiet_since, since = now - timedelta(days=stale_after_days), now - timedelta(days=window_days)
    live = await tx.one(_OPEN_NOW, partner=partner_id, at=now, quiet_since=quiet_since)
    past = await tx.one(_IN_WINDOW, partner=partner_id, at=now, since=since)
    median = live["median_submitted_at"]
    return Figures(
        open=live["open"],
        protected=live["protected"],
        stale=live["stale"],
        median_age_days=None if median is None else (now - median).days,
        **{name: past[name] for name in ("submitted", "evidenced", "ended", "won", "expired")},
    )


async def partners_measured(tx: Tx, *, after: str) -> list[str]:
    """Return the ids of up to 200 partners whose figures are kept, in order, after one."""
    return [row["partner_id"] for row in await tx.all(_MEASURED, after=after)]


async def quality_of(tx: Tx, partner_id: str) -> Record | None:
    """Return what was last worked out for a partner, held."""
    return await tx.first(_OF_PARTNER, partner=partner_id)

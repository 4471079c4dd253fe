"""Reading engagements."""

from collections.abc import Collection
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, literal_column, select

from services.deals.directory.queries import is_inactive
from services.deals.engagements.rules import KNOWN, LIVE, OPEN_DEALS, SOURCE, Side, kept_from, not_now
from services.deals.engagements.tables import LIFECYCLE, engagements
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.beside import is_found
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed
from shared.db.statements import ASKED_AT, TENANT, Statement
from shared.db.tx import Tx

_E = engagements.c
REFERENCES: Final = {
    "vendor": "vendor_references",
    "source": "source_references",
    "partner": "partner_references",
}


def _is_over() -> ColumnElement[Any]:
    """Whether the deal has ended without a sale, where its reader sees the deal."""
    ended = select(deals.c.id).where(
        deals.c.tenant_id == TENANT,
        deals.c.id == _E.deal_id,
        *(deals.c.status != literal_column(f"'{each}'") for each in OPEN_DEALS),
    )
    return is_found(ended, beside=engagements)


def side_of(row: Row, caller: Caller) -> Side:
    """Return whose side of an engagement somebody is on."""
    if is_vendor_side(caller):
        return "vendor"
    if caller.partner_id == row["source_partner_id"]:
        return "source"
    return "partner" if caller.partner_id == row["partner_id"] else "neither"


def _participants(row: Row) -> list[dict[str, str]]:
    """Both partners, and who else co-sells."""
    source = {"partner_id": row["source_partner_id"], "role": SOURCE}
    return [source, {"partner_id": row["partner_id"], "role": row["role"]}, *_document(row["alongside"])]


def _shared(row: Row) -> dict[str, Any] | None:
    snapshot = _document(row["snapshot"])
    return None if snapshot is None else {"revision": row["revision"], "as_of": row["as_of"], **snapshot}


def _own_references(row: Row, caller: Caller) -> list[dict[str, str]]:
    column = REFERENCES.get(side_of(row, caller))
    return [] if column is None else _document(row[column])


def _out_of_turn(row: Row, caller: Caller) -> Collection[str]:
    side = side_of(row, caller)
    facts = {name: row[name] for name in ("expires_at", "partner_is_inactive", "source_is_inactive", "deal_is_over")}
    return (*kept_from(side, mode=row["mode"]), *not_now(side, at=row["asked_at"], **facts))


def _document(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


ENGAGEMENTS = Resource(
    "engagement",
    engagements,
    (
        *("deal_id", "source_partner_id", "partner_id", "role", "mode", "status"),
        computed("participants", _participants, "alongside"),
        *("share_template_id", "note", "invited_at", "expires_at", "answered_at", "ended_at", "ended_by", "reason"),
        # No column is named: what was shown of the deal is in no record that outlives the engagement.
        computed("shared", _shared),
        computed("external_references", lambda row: []),
        "created_by",
    ),
    expands={
        "deal_id": "deals",
        "source_partner_id": "partners",
        "partner_id": "partners",
        "share_template_id": "share-templates",
    },
    permission="engagements:read",
    filters=("status", "deal_id", "source_partner_id", "partner_id"),
    lifecycle=LIFECYCLE,
    ruled_out=_out_of_turn,
    beside={
        "asked_at": ASKED_AT,
        "partner_is_inactive": is_inactive(_E.partner_id),
        "source_is_inactive": is_inactive(_E.source_partner_id),
        "deal_is_over": _is_over(),
    },
    by_caller={"external_references": _own_references},
)
_OF_DEAL: Final = Statement(
    select(engagements)
    .where(
        _E.tenant_id == TENANT,
        _E.deal_id == bindparam("deal"),
        _E.status == any_(bindparam("statuses", type_=ARRAY(Text))),
    )
    .order_by(_E.created_at, _E.id)
    .with_for_update(key_share=True)
)
_LIVE_OF_PARTNER: Final = Statement(
    select(_E.id, _E.deal_id)
    .where(
        _E.tenant_id == TENANT,
        _E.partner_id == bindparam("partner"),
        _E.status == any_(bindparam("statuses", type_=ARRAY(Text))),
    )
    .order_by(_E.deal_id, _E.id)
)


async def of_deal(tx: Tx, deal_id: str, *, statuses: Collection[str]) -> list[Record]:
    """Return the engagements in a deal that are in one of some states, their rows held. For the engine role."""
    return await tx.all(_OF_DEAL, deal=deal_id, statuses=list(statuses))


async def known_of_deal(tx: Tx, deal_id: str) -> list[Record]:
    """Return those of which the invited partner knows, their rows held. For the engine role."""
    return await of_deal(tx, deal_id, statuses=KNOWN)


async def live_of_partner(tx: Tx, partner_id: str) -> list[Record]:
    """Return id and deal of the engagements of a partner that have not ended, by their deals. For the engine role."""
    return await tx.all(_LIVE_OF_PARTNER, partner=partner_id, statuses=list(LIVE))

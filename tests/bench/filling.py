"""Deals by the thousand or the million: looks made here, ids by the clock, and the rows put together by PostgreSQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import orjson

from services.deals.registrations.tables import deals
from shared import clock
from shared.extensions.declaration import blank
from shared.values.ids import new_id

FAMILY: Final = "cloud"
_WORDS: Final = (
    "Nova Vertex Harbor Quanta Lumen Atlas Cobalt Meridian Zephyr Orchid Falcon Granite Summit Delta".split()
)
_STATUSES: Final = (["draft"] * 15) + (["in_review"] * 10) + (["approved"] * 45) + (["won"] * 20) + (["lost"] * 10)
_TRACE: Final = orjson.dumps(
    [
        {"rule": rule, "result": "true", "outcome": None, "reasons": [], "expression": expression, "inputs": inputs}
        | {"error": None}
        for rule, expression, inputs in (
            ("no_conflict", 'conflict.class == "none"', {"conflict.class": "none"}),
            ("complete_enough", "deal.completeness >= 80", {"deal.completeness": 100}),
        )
    ]
).decode()
_COUNTRIES: Final = ("DE", "FR", "US", "GB", "NL", "PL", "ES", "IT")
# A deal after so many others looks like an earlier one again, but for its id and its times.
_LOOKS: Final = 10_000
# More rows than this come in without the secondary indexes, which are made again at the end.
_BULK: Final = 100_000
# The database works out the others by itself.
_COLUMNS: Final = tuple(column.name for column in deals.columns if column.computed is None)
_AGED: Final = ("created_at", "updated_at", "priority_at", "submitted_at", "decided_at", "lost_at", "protected_from")

Stamp = tuple[int, datetime, str, str]
"""A deal's number, when it was made, its id and its customer's."""


async def fill_deals(owner: Any, *, tenant: str, account: str, partners: Sequence[str], count: int) -> list[Stamp]:
    """Store so many deals of two years, the newest last, and return the stamp of each; `owner` is a connection."""
    end, step = clock.now() - timedelta(hours=1), timedelta(days=730) / count
    times = (end - step * (count - number) for number in range(count))
    stamps = [(number, at, new_id("deal", at=at), new_id("cus", at=at)) for number, at in enumerate(times)]
    await owner.execute(
        "SET search_path = deals, public; SET maintenance_work_mem = '256MB';"
        " CREATE TEMP TABLE looks AS SELECT 0 AS look, * FROM deals LIMIT 0;"
        " CREATE TEMP TABLE stamps (number int, at timestamptz, deal text, customer text)"
    )
    looks = _looks(min(count, _LOOKS), tenant=tenant, account=account, partners=partners)
    await owner.copy_records_to_table("looks", records=looks, columns=["look", *_COLUMNS])
    await owner.copy_records_to_table("stamps", records=stamps)
    made = ", ".join(_made(name) for name in _COLUMNS)
    indexes = await _taken_away(owner) if count > _BULK else []
    await owner.execute(
        f"INSERT INTO deals ({', '.join(_COLUMNS)}) SELECT {made} FROM stamps JOIN looks ON look = number % {_LOOKS}"
        " ORDER BY number; DROP TABLE looks, stamps"
    )
    # Every title has this word. A table that is searched and has no words at all would be filled at the next start.
    await owner.execute(
        "INSERT INTO deals_words (tenant_id, id, word, partner_id)"
        " SELECT tenant_id, id, 'rollout', partner_id FROM deals WHERE tenant_id = $1",
        tenant,
    )
    for index in indexes:
        await owner.execute(index)
    await owner.execute("VACUUM ANALYZE deals.deals")
    await owner.execute("VACUUM ANALYZE deals.deals_words")
    return stamps


async def _taken_away(owner: Any) -> list[str]:
    """Drop what indexes a row beside its key, and return the statements that make it again."""
    found = await owner.fetch(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index"
        " WHERE indrelid = 'deals.deals'::regclass AND NOT indisprimary"
    )
    for index in found:
        await owner.execute(f"DROP INDEX {index['name']}")
    return [index["definition"] for index in found]


def _made(name: str) -> str:
    """SQL for a column of a deal: its look at its own time."""
    if name == "id":
        return "deal"
    if name == "customer_id":
        return "CASE WHEN customer_id IS NOT NULL THEN customer END"
    if name == "expected_close_on":
        return "(at + interval '90 days')::date"
    if name == "protected_until":
        return "protected_until - protected_from + at"
    if name == "priority_no":
        return "CASE WHEN priority_no IS NOT NULL THEN 1000 * extract(epoch FROM at)::bigint END"
    return f"CASE WHEN {name} IS NOT NULL THEN at END" if name in _AGED else f'"{name}"'


def _looks(count: int, *, tenant: str, account: str, partners: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Deals as they look after registration and outcome, whenever that is."""
    random, at = Random(count), clock.now()
    nothing_added: dict[str, Any] = {name: orjson.dumps(value).decode() for name, value in blank(deals).items()}
    for number in range(count):
        status = random.choice(_STATUSES)
        decided = status not in ("draft", "in_review")
        customer = f"{random.choice(_WORDS)} {random.choice(_WORDS)} {number:x} GmbH"
        row = nothing_added | {
            "tenant_id": tenant,
            "id": "",
            "version": 3 if decided else 1,
            "created_at": at,
            "updated_at": at,
            "partner_id": partners[number % len(partners)],
            "title": f"{random.choice(_WORDS)} rollout for {customer}",
            "status": status,
            "stage": random.choice(("prospect", "qualified", "committed")),
            "customer_name": customer,
            "customer_domain": f"{number:x}-{random.choice(_WORDS).lower()}.example",
            "customer_country": random.choice(_COUNTRIES),
            "customer_identified": True,
            "territories": "[]",
            "customer_id": "" if decided else None,
            "product_family": FAMILY,
            "amount": random.randrange(10_000_00, 900_000_00),
            "currency": "EUR",
            "metadata": '{"campaign": "autumn"}',
            "created_by": account,
            "priority_no": 0 if decided else None,
            "priority_at": at if decided else None,
            "submitted_at": at if decided else None,
            "decided_at": at if decided else None,
            "lost_at": at if status == "lost" else None,
            "decided_by": account if decided else None,
            "conflict_class": "none" if decided else None,
            "decision_trace": _TRACE if decided else "[]",
            "policy_version": 1 if decided else None,
            "evidence_count": 0,
            "protected_from": at if decided else None,
            "protected_until": at + timedelta(days=90) if decided else None,
        }
        yield (number, *(row.get(name) for name in _COLUMNS))

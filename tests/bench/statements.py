"""The very statements of a write, taken from the product while it does one, as a script for pgbench.

Values travel as literals, so that the server has no less to do; what must differ from one run to the next (ids, the
customer's name, the idempotency key, by what those wait for each other whose customers are alike) gets twelve random digits, and
the partner is one of twenty.
"""

import re
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import asyncpg
import orjson

from gateway.embedded import embed
from shared.settings import Settings
from shared.web.peer import Answer, call
from tests.bench.pgbench import Script
from tests.bench.place import Tenant
from tests.bench.requests import deal

Sent = tuple[str, Sequence[Any]]
_TYPEID: Final = re.compile(r"[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}")
_PLACEHOLDER: Final = re.compile(r"\$(\d+)((?:::[\w ]+(?:\[\])?)?)")
# The number by which a transaction holds its idempotency key, another one each time.
_HELD: Final = re.compile(r"(pg_try_advisory_xact_lock)\(-?\d+\)")
# The keys by which customers that are alike hold each other: hashed as most are, they would be those of one and the same.
_HELD_ALIKE: Final = re.compile(r"(hashtextextended\([^()]* \|\| keys\.key),")
_PARTNERS: Final = 20
_FRESH, _PARTNER = "\0", "\1"
_HEAD: Final = f"\\set r random(100000000000, 999999999999)\n\\set p random(1, {_PARTNERS})\n"


@dataclass(frozen=True, slots=True)
class _Varying:
    """What differs from one run to the next: what is made anew, and the partner, each time another of these."""

    fresh: set[str]
    partners: Sequence[str]


async def registration(settings: Settings, tenant: Tenant, token: str) -> tuple[Script, Script]:
    """Scripts of drafting a deal, and of drafting one and submitting it, as the product does both, for several partners.

    A partner's open registrations are counted each time, so that the one of a single partner would take longer and longer.
    They share one script: each session prepares each statement of each script, which would take most of the time.
    """
    embedded = embed(settings, background=False)
    async with AsyncExitStack() as stack:
        for app in embedded.apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        # The first registrations also ask the server for what it does not know yet, such as types.
        for _ in range(2):
            await _registered(embedded, tenant, token, partner=tenant.partners[0])
        drafting, submitting, given = await _registered(embedded, tenant, token, partner=tenant.partners[0])
    known = {tenant.id, tenant.account, *tenant.partners, *await _families(settings, tenant)}
    fresh = given | set(_TYPEID.findall(repr([drafting, submitting]))) - known
    varying = _Varying(fresh, tenant.partners[:_PARTNERS])
    draft = _script(drafting, varying)
    return Script(_HEAD + draft), Script(_HEAD + draft + _script(submitting, varying))


async def _registered(
    embedded: Any, tenant: Tenant, token: str, *, partner: str
) -> tuple[list[Sent], list[Sent], set[str]]:
    seen: list[Sent] = []
    # The last connection that came back is the first that is lent: one caller after another has the same one.
    async with embedded.apps["deals"].state.database.connection() as connection:
        connection.add_query_logger(lambda sent: seen.append((sent.query, sent.args)))
    document = deal(tenant) | {"partner_id": partner}
    del document["id"]
    name, keys = document["title"].split()[-1], [f"{step}-{uuid.uuid4().hex[:12]}" for step in ("draft", "submit")]
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "idempotency-key": keys[0]}
    made = await call(embedded.edge, "POST", "/v1/deals", headers=headers, body=orjson.dumps(document))
    drafting = list(seen)
    seen.clear()
    headers |= {"if-match": '"1"', "idempotency-key": keys[1]}
    path = f"/v1/deals/{_checked(made, 201)['id']}/submit"
    _checked(await call(embedded.edge, "POST", path, headers=headers), 200)
    return drafting, list(seen), {name, *keys}


def _checked(answer: Answer, status: int) -> Any:
    if answer.status != status:
        raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
    return answer.json()


async def _families(settings: Settings, tenant: Tenant) -> set[str]:
    connection = await asyncpg.connect(settings.admin_url())
    rows = await connection.fetch("SELECT id FROM deals.product_families WHERE tenant_id = $1", tenant.id)
    await connection.close()
    return {row["id"] for row in rows}


def _script(sent: Sequence[Sent], varying: _Varying) -> str:
    lines = []
    for query, values in sent:
        parts = [part.strip() for part in query.split(";") if part.strip()] if not values else [query.strip()]
        text = "".join(f"{_filled(part, values, varying)};\n" for part in parts)
        # Several statements that the product sends at once are one round trip here too.
        lines.append(f"\\startpipeline\n{text}\\endpipeline\n" if len(parts) > 1 else text)
    return "".join(lines)


def _filled(query: str, values: Sequence[Any], varying: _Varying) -> str:
    def literal(found: re.Match[str]) -> str:
        return f"({_literal(values[int(found[1]) - 1], found[2], varying)}){found[2]}"

    if not values:
        return _HELD.sub(r"\1(:r)", query)
    return " ".join(_PLACEHOLDER.sub(literal, _HELD_ALIKE.sub(r"\1 || :r,", query)).split("\n"))


def _literal(value: Any, kind: str, varying: _Varying) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int() | Decimal():
            return str(value).lower()
        case str():
            return _text(value, varying)
        case datetime() | date():
            return _text(value.isoformat(), varying)
        case asyncpg.Range():
            return _text(_range(value), varying)
        case list() | tuple() if value and all(isinstance(each, asyncpg.Range) for each in value):
            return _text(f"{{{', '.join(_range(each) for each in value)}}}", varying)
        case list() | tuple() if kind.endswith("[]"):
            return f"ARRAY[{', '.join(_literal(each, '', varying) for each in value)}]"
        case _:
            return _text(orjson.dumps(value).decode(), varying)


def _range(value: Any) -> str:
    ends = [each.isoformat() if isinstance(each, datetime) else each for each in (value.lower, value.upper)]
    shown = ["" if each is None else str(each) for each in ends]
    return f"{'[' if value.lower_inc else '('}{shown[0]},{shown[1]}{']' if value.upper_inc else ')'}"


def _text(value: str, varying: _Varying) -> str:
    for each in varying.fresh:
        value = value.replace(each, each[:-12] + _FRESH)
    value = value.replace(varying.partners[0], _PARTNER)
    # A colon would be taken for one of pgbench's variables.
    quoted = value.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")
    partners = ", ".join(f"'{each}'" for each in varying.partners)
    partner = f"' || (ARRAY[{partners}])[:p] || E'"
    return f"E'{quoted}'".replace(_FRESH, "' || :r || E'").replace(_PARTNER, partner)

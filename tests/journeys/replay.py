"""What a consumer has made of its source's events, and the same events told again in another order."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import orjson

from shared.events.envelope import Envelope
from shared.events.feed import Position, envelope_of, read_log
from shared.events.inbox import Consumer
from shared.web.peer import Peer
from shared.web.reply import Reply
from tests.system import System, Tenant

# The machinery's own memory: what was handled, answered and logged, not what it amounts to.
MACHINERY = frozenset(
    "inbox offsets parked_events events log_state audit_records idempotency_keys visible_partners sign_in_attempts"
    " audit_log audit_trees audit_nodes audit_sources audit_heads".split()
)
_ID = re.compile(r"\b[a-z]{2,8}_[0-9a-hjkmnp-tv-z]{26}\b")


def consumers(system: System) -> list[tuple[str, str]]:
    """Every flow of events between two services, as (service, source)."""
    return [(name, source) for name, app in system.apps.items() for source in app.state.background.consumers]


async def told(system: System, source: str, tenant: Tenant) -> list[Envelope]:
    """The events of one tenant that a service has published, oldest first."""
    rows = await read_log(system.apps[source].state.database, after=Position(), limit=100_000)
    return [envelope_of(row, source=source) for row in rows if row["tenant_id"] == tenant.id]


def shuffled(envelopes: Sequence[Envelope], *, seed: int) -> list[Envelope]:
    """Every event twice, in an order that nobody would choose."""
    doubled = [*envelopes, *envelopes]
    random.Random(seed).shuffle(doubled)
    return doubled


def moved(envelopes: Sequence[Envelope], tenant: Tenant, old: Tenant) -> list[Envelope]:
    """The same events as if they had happened in another tenant."""
    text = [orjson.dumps(each.as_json()).replace(old.id.encode(), tenant.id.encode()) for each in envelopes]
    return [Envelope.from_json(orjson.loads(each)) for each in text]


async def arrive(system: System, service: str, source: str, envelopes: Sequence[Envelope]) -> None:
    """The consumer begins anew and its source tells it these events in this order, whatever order they once had."""
    placed = [replace(each, position=f"1.{place}.1").as_json() for place, each in enumerate(envelopes, 1)]

    async def feed(scope: Any, receive: Any, send: Any) -> None:
        after = Position.parse(parse_qs(scope["query_string"].decode())["after"][0])
        reply = Reply.json({"events": [each for each in placed if Position.parse(each["position"]) > after][:100]})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": reply.body})

    async def no_token() -> str:
        return ""

    app, peer = system.apps[service], Peer(feed, token=no_token)
    subscriptions = app.state.background.consumers[source].subscriptions
    consumer = Consumer(app.state.database, source=source, peer=peer, subscriptions=subscriptions)
    await consumer.restart()
    while await consumer.step():
        pass
    await _went_through(system, service)


async def from_the_beginning(system: System, service: str, source: str) -> None:
    """The consumer forgets what it has handled and reads its source's own feed again."""
    consumer = system.apps[service].state.background.consumers[source]
    await consumer.restart()
    while await consumer.step():
        pass
    await _went_through(system, service)


async def _went_through(system: System, service: str) -> None:
    parked = await system.superuser.fetch(f"SELECT source, subject, error FROM {service}.parked_events")
    assert not parked, f"{service} could not handle: {[tuple(row) for row in parked]}"


async def tables_of(system: System, service: str) -> list[str]:
    """The tables of a service in which a tenant has rows of its own."""
    rows = await system.superuser.fetch(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = $1 AND column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY table_name",
        service,
    )
    return [row["table_name"] for row in rows if row["table_name"] not in MACHINERY]


async def state_of(system: System, service: str, tenant: Tenant) -> dict[str, list[str]]:
    """All that a service holds for a tenant, by table, and how many events of each type it has published."""
    state = {}
    for table in await tables_of(system, service):
        rows = await system.superuser.fetch(
            f"SELECT (to_jsonb(t) - 'tenant_id')::text AS row FROM {service}.{table} t WHERE tenant_id = $1", tenant.id
        )
        state[table] = sorted(row["row"] for row in rows)
    rows = await system.superuser.fetch(
        f"SELECT type, count(*) AS n FROM {service}.events WHERE tenant_id = $1 GROUP BY type ORDER BY type", tenant.id
    )
    state["events"] = [f"{row['type']} {row['n']}" for row in rows]
    return state


def nameless(*states: Mapping[str, Sequence[str]], order: Sequence[str]) -> list[dict[str, list[str]]]:
    """States with ids that were drawn on the way told by their kind only; ids that all of them hold stay.

    `order` names members that tell when or in which order things arrived, rather than what they came to.
    """
    shared = set.intersection(*(set(_ID.findall(orjson.dumps(state).decode())) for state in states))

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items() if name not in order}
        if isinstance(value, list):
            return [plain(each) for each in value]
        if isinstance(value, str):
            return _ID.sub(lambda found: found[0] if found[0] in shared else found[0].rpartition("_")[0], value)
        return value

    def rows(given: Sequence[str]) -> list[str]:
        return sorted(orjson.dumps(plain(orjson.loads(row)), option=orjson.OPT_SORT_KEYS).decode() for row in given)

    return [
        {table: list(held) if table == "events" else rows(held) for table, held in state.items()} for state in states
    ]


async def copied(system: System, old: Tenant, new: Tenant, *tables: str) -> None:
    """Give a tenant the rows that another has in these tables (`service.table`)."""
    for table in tables:
        await system.superuser.execute(
            f"INSERT INTO {table} SELECT made.* FROM {table} t, LATERAL jsonb_populate_record(t,"
            " jsonb_build_object('tenant_id', $2::text)) made WHERE t.tenant_id = $1",
            old.id,
            new.id,
        )

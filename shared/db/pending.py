"""What a transaction collects while it runs: events, audit rows and the idempotent answer, sent just before COMMIT."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import Table

from shared.audit import difference, digest_of, facts_of, reason_told
from shared.db.pool import Database
from shared.errors import RequestInFlight
from shared.events.envelope import Envelope

# All of it travels in one statement: one round trip.
_SEND = """
WITH logged AS (
  INSERT INTO events (tenant_id, epoch, xid, event_id, type, mode, subject, subject_version, time, actor_id, request_id,
                      audience, public, data)
  SELECT $1, $2, pg_current_xact_id()::text::bigint, e.event_id, e.type, $3, e.subject, e.subject_version, e.time,
         e.actor_id, e.request_id, e.audience, e.public, e.data
  FROM jsonb_to_recordset($4::jsonb) AS e(event_id text, type text, subject text, subject_version int, time timestamptz,
       actor_id text, request_id text, audience jsonb, public boolean, data jsonb)
), audited AS (
  INSERT INTO audit_records (tenant_id, epoch, xid, id, at, actor_id, on_behalf_of, action, subject, subject_version,
                             reason, request_id, changes, partner_id, withheld, digest)
  SELECT $1, $2, pg_current_xact_id()::text::bigint, a.id, a.at, a.actor_id, a.on_behalf_of, a.action, a.subject,
         a.subject_version, a.reason, a.request_id, a.changes, a.partner_id, a.withheld, a.digest
  FROM jsonb_to_recordset($5::jsonb) AS a(id text, at timestamptz, actor_id text, on_behalf_of text, action text,
       subject text, subject_version int, reason text, request_id text, changes jsonb, partner_id text, withheld jsonb,
       digest text)
)
INSERT INTO idempotency_keys (tenant_id, caller, key, fingerprint, status, headers, body, created_at)
SELECT $1, i.caller, i.key, i.fingerprint, i.status, i.headers, i.body, i.created_at
FROM jsonb_to_recordset($6::jsonb) AS i(caller text, key text, fingerprint text, status int, headers jsonb, body text,
     created_at timestamptz)
"""


@dataclass(slots=True)
class Pending:
    """The rows that are to commit with everything else."""

    events: list[dict[str, Any]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)
    answer: list[dict[str, Any]] = field(default_factory=list)

    def event(self, envelope: Envelope) -> None:
        """Append an event to the log."""
        self.events.append(
            {
                "event_id": envelope.id,
                "type": envelope.type,
                "subject": envelope.subject,
                "subject_version": envelope.subject_version,
                "time": envelope.time,
                "actor_id": envelope.actor_id,
                "request_id": envelope.request_id,
                "audience": list(envelope.audience),
                "public": envelope.public,
                "data": envelope.data,
            }
        )

    def change(
        self,
        table: Table,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
        *,
        reason: str | None,
        giver: str | None,
        named: str | None,
        **circumstances: Any,
    ) -> None:
        """Append an audit record: what changed in a row, by whom, when and why.

        `giver` is the partner whose people gave the reason, `named` the row that the request is about, if it names one.
        """
        found = difference(table, before, after)
        self.audit.append(
            {
                "subject": after["id"],
                "subject_version": after["version"],
                "changes": found.changes,
                "partner_id": found.partner_id,
                "withheld": found.withheld,
                "reason": reason_told(reason, found, giver=giver, named=named in (None, after["id"])),
                **circumstances,
            }
        )

    def hand_over(self, other: "Pending") -> None:
        """Let another transaction send it."""
        other.events += self.events
        other.audit += self.audit
        self.back_to((0, 0))

    def mark(self) -> tuple[int, int]:
        """Return the present place, for `back_to`."""
        return len(self.events), len(self.audit)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Drop what was added since the mark."""
        del self.events[mark[0] :], self.audit[mark[1] :]

    async def send(
        self, connection: "asyncpg.Connection[Any]", *, database: Database, tenant_id: str, mode: str
    ) -> bool:
        """Store what is pending and tell whether events were among it; raises RequestInFlight for a taken key."""
        if not (self.events or self.audit or self.answer):
            return False
        for each in self.audit:
            each["digest"] = digest_of(facts_of(each, tenant_id=tenant_id, service=database.service))
        try:
            await connection.execute(_SEND, tenant_id, database.epoch, mode, self.events, self.audit, self.answer)
        except asyncpg.UniqueViolationError as error:
            if "idempotency_keys" in str(error.constraint_name):
                raise RequestInFlight(headers={"Retry-After": "1"}) from error
            raise
        had_events = bool(self.events)
        self.events, self.audit, self.answer = [], [], []
        return had_events

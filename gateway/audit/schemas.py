"""Bodies of the audit trail."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.web.models import Out, ResourceOut


class WithheldOut(Out):
    """What of a change only the vendor may read; the record carries its digest."""

    salt: str
    changes: dict[str, Any]


class AuditRecordOut(ResourceOut):
    """Who changed what, when and why; `created_at` is when. The value of a personal field reads `{"sealed": true}`."""

    object: Literal["audit_record"]
    sequence: Annotated[int, Field(description="The record's place in the sealed log, from 0.")]
    service: str
    actor_id: str
    on_behalf_of: str | None
    action: str
    subject: str
    subject_version: int
    partner_id: str | None
    reason: str | None
    request_id: str | None
    changes: dict[str, Any]
    withheld: WithheldOut | None


class HeadOut(Out):
    """A signed head of the log, chained to the head before; digests are hexadecimal."""

    log: str
    number: int
    size: int
    root: str
    previous: str | None
    sealed_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    key_id: str
    signature: Annotated[str, Field(description="Ed25519 over the context line and the head's canonical JSON.")]


class SealingKeyOut(Out):
    """The public half of a sealing key (RFC 8037); `kid` is its thumbprint (RFC 7638)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class SealingKeySet(Out):
    """Every key that ever signed a head."""

    keys: list[SealingKeyOut]


class ConsistencyOut(Out):
    """A proof that the log of an earlier size is the beginning of the head's."""

    size: int
    path: list[str]


class ReceiptOut(Out):
    """Proof that a record is in the sealed log: verify it with `prm verify receipt`, or by RFC 9162 and RFC 8032.

    `pending` until the next head is signed; the last five members are null then. `record` is what the leaf is the digest
    of; where it withholds something from the caller, it carries the digest of that.
    """

    object: Literal["receipt"]
    id: str
    status: Literal["pending", "sealed"]
    record: dict[str, Any]
    leaf: str
    sequence: int
    expected_at: Annotated[datetime | None, Field(description="By when a pending record will be sealed.")]
    head: HeadOut | None
    path: list[str] | None
    consistency: ConsistencyOut | None
    key: SealingKeyOut | None
    keys_url: str

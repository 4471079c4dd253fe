"""A small service of the tests' own: notes of partners, with every kind of wall, on the product's plumbing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, MetaData, select
from sqlalchemy import text as sql

from shared.db.columns import bigint, day, document, entity, flag, identifier, instant, integer, key, record, text
from shared.db.plumbing import plumbing_tables
from shared.db.pool import Database
from shared.db.resource import Resource, money
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx as Transaction
from shared.db.tx import require_version
from shared.db.walls import participants_wall, partner_wall, plumbing_wall, tenant_wall, vendor_wall
from shared.errors import Conflict, Unavailable
from shared.events.envelope import Envelope, Event
from shared.events.inbox import on
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable
from shared.web.models import Body, LifecycleOut, MoneyBody, MoneyOut, Out, Patch, ResourceOut, Short
from shared.web.params import Http, Now, Principal, Read, Tx, Version
from shared.web.router import Router

METADATA = MetaData()
PLUMBING = plumbing_tables(METADATA)

notes = entity(
    "notes",
    METADATA,
    identifier("partner_id"),
    text("title"),
    text("status", check=("draft", "submitted", "approved")),
    text("contact", null=True, personal=True),
    bigint("amount", null=True),
    text("currency", null=True),
    integer("rank"),
    flag("urgent"),
    day("due_on", null=True),
    document("details"),
    Index("notes_title", "tenant_id", "title", unique=True),
    Index("notes_rank", "tenant_id", "rank", "id"),
    wall=partner_wall(),
)
notes_words = searchable(notes, "title", "contact")
files = entity("files", METADATA, text("name"), wall=participants_wall("file_readers", "file_id"))
file_readers = record("file_readers", METADATA, key("file_id"), key("partner_id"), wall=plumbing_wall("all"))
rates = entity("rates", METADATA, text("code"), wall=tenant_wall())
memos = entity("memos", METADATA, text("words"), wall=vendor_wall())
headlines = record("headlines", METADATA, key("id"), text("title"), integer("version"), wall=tenant_wall())
effects = record("effects", METADATA, key("id"), instant("at"), wall=plumbing_wall())

LIFECYCLE = Lifecycle(
    ("draft", "submitted", "approved"),
    move("submit", "draft", permission="notes:write"),
    move("approve", "submitted", permission="notes:approve"),
    editable={"draft": ("title", "contact")},
)
NOTES = Resource(
    "note",
    notes,
    ("partner_id", "title", "status", "contact", money("amount"), "rank", "urgent", "due_on", "details"),
    permission="notes:read",
    sorts=("created_at", "rank", "title"),
    filters=("status", "partner_id", "rank", "urgent", "due_on", "created_at"),
    lifecycle=LIFECYCLE,
    title=("title",),
)
FILES = Resource("file", files, ("name",), permission="files:read")
RATES = Resource("rate", rates, ("code",), permission="rates:read")
MEMOS = Resource("memo", memos, ("words",), permission="memos:read")


class NoteOut(LifecycleOut):
    partner_id: str
    title: str
    contact: str | None
    amount: MoneyOut | None
    rank: int
    urgent: bool
    due_on: str | None
    details: Any


class NameOut(ResourceOut):
    name: str


class CodeOut(ResourceOut):
    code: str


class WordsOut(ResourceOut):
    words: str


class TallyOut(Out):
    object: str
    count: int


class NoteIn(Body):
    title: Short
    amount: MoneyBody | None = None
    contact: str | None = None
    rank: int = 0
    details: dict[str, Any] = {}


class NotePatch(Patch):
    title: Short | None = None
    contact: str | None = None


class SubmitIn(Body):
    reason: Short


class NoteSubmitted(Event):
    """A note was submitted."""

    type = "note.submitted.v1"
    note_id: str
    title: str


class NotesFull(Conflict):
    """A rule of the sample."""

    code, title = "notes_full", "No more notes"


_COUNT = Statement(select(sql("count(*)::int AS count")).select_from(notes).where(notes.c.tenant_id == TENANT))

ROUTER = Router("notes")
ROUTER.lists(NOTES, NoteOut, summary="Notes the caller may see.")
ROUTER.reads(NOTES, NoteOut, summary="One note.")


@ROUTER.get("/tally", permission="notes:read", out=TallyOut)
async def tally_notes(read: Read) -> dict[str, Any]:
    """Return how many notes the caller sees, without a filter of the query's own."""
    return {"object": "count", "count": (await read.one(_COUNT))["count"]}


@ROUTER.post(permission="notes:write", returns=NOTES, out=NoteOut, status=201, problems=[NotesFull])
async def create_note(body: NoteIn, tx: Tx, caller: Principal, now: Now) -> Any:
    """Create a note of the caller's partner."""
    if body.title == "one too many":
        raise NotesFull()
    if body.title == "not yet" and tx.tenant_id not in REPAIRED:
        raise Unavailable(headers={"Retry-After": "1"})
    return await tx.insert(
        notes,
        id=tx.new_id("note"),
        partner_id=caller.partner_id or "ptr_vendor",
        title=body.title,
        status="draft",
        contact=body.contact,
        amount=body.amount and body.amount.amount,
        currency=body.amount and body.amount.currency,
        rank=body.rank,
        urgent=body.rank > 5,
        due_on=now.date(),
        details=body.details,
    )


@ROUTER.patch(permission="notes:write", returns=NOTES, out=NoteOut)
async def change_note(id: str, body: NotePatch, tx: Tx, version: Version) -> Any:  # noqa: A002
    """Change a note."""
    row = await tx.lock(notes, id)
    require_version(row, version)
    return await tx.update(notes, row, **body.changes())


@ROUTER.post("/{id}/submit", permission="notes:write", returns=NOTES, out=NoteOut)
async def submit_note(id: str, body: SubmitIn, tx: Tx, version: Version) -> Any:  # noqa: A002
    """Submit a note, for a reason, and say so to those who listen."""
    row = await tx.lock_for(notes, id, action="submit", lifecycle=LIFECYCLE, version=version)
    row = await tx.update(notes, row, status="submitted")
    tx.emit(NoteSubmitted(note_id=id, title=row["title"]), subject=row, audience=[row["partner_id"], None])
    return row


@ROUTER.post("/{id}/approve", permission="notes:approve", returns=NOTES, out=NoteOut)
async def approve_note(id: str, tx: Tx, version: Version) -> Any:  # noqa: A002
    """Approve a note."""
    row = await tx.lock_for(notes, id, action="approve", lifecycle=LIFECYCLE, version=version)
    return await tx.update(notes, row, status="approved")


@ROUTER.post("/census", permission="notes:read", out=TallyOut)
async def census(tx: Tx) -> dict[str, Any]:
    """Return how many notes the caller sees and, within, how many there are in its tenant."""
    own = await tx.value(_COUNT)
    async with tx.as_engine("the census counts the whole tenant"):
        async with tx.as_engine("an inner block changes nothing"):
            await tx.value(_COUNT)
        everything = await tx.value(_COUNT)
    assert await tx.value(_COUNT) == own
    return {"object": "count", "count": everything}


SECRETS = Router("secrets")


@SECRETS.post(permission="secrets:write", out=TallyOut, status=201, secret=True, key_required=True)
async def create_secret(tx: Tx) -> dict[str, Any]:
    """Return something that is shown once."""
    return {"object": "secret", "count": 42}


@SECRETS.get("/echo", permission="secrets:read", query=[{"name": "say", "in": "query", "schema": {"type": "string"}}])
async def echo(request: Http) -> dict[str, Any]:
    """Return what was asked, as it was understood."""
    return {"object": "echo", "said": request.query.get("say"), "method": request.method}


def routers(_: Database) -> list[Router]:
    """Return the sample's operations."""
    others = (Router("files"), Router("rates"), Router("memos"))
    for router, resource, out in zip(others, (FILES, RATES, MEMOS), (NameOut, CodeOut, WordsOut), strict=True):
        router.lists(resource, out, summary=f"The {router.noun}.")
        router.reads(resource, out, summary=f"One of the {router.noun}.")
    return [ROUTER, SECRETS, *others]


# Tenants in which what was broken has been repaired: an event titled "broken" fails in the others.
REPAIRED: set[str] = set()


class Broken(Exception):
    """What the sample's handlers and timers fail with."""


async def on_submitted(tx: Transaction, event: NoteSubmitted, envelope: Envelope) -> None:
    """Count the event, and keep the headline; a note with the title "broken" fails until its tenant is repaired."""
    if event.title == "broken" and tx.tenant_id not in REPAIRED:
        raise Broken()
    await tx.add(effects, id=tx.new_id("effect"), at=tx.now)
    await tx.project(headlines, id=envelope.subject, title=event.title, version=envelope.subject_version)


async def ring(tx: Transaction, subject: str, arguments: Any) -> None:
    """Count the ringing; `again_at` sets the timer anew, and the subject "broken" fails until its tenant is repaired."""
    if subject == "broken" and tx.tenant_id not in REPAIRED:
        raise Broken()
    await tx.add(effects, id=f"{subject}@{tx.now.isoformat()}", at=tx.now)
    if "again_at" in arguments:
        await tx.remind("ring", subject=subject, at=datetime.fromisoformat(arguments["again_at"]))


SUBSCRIPTIONS = [on("deals", NoteSubmitted, on_submitted)]
TIMERS = {"ring": ring}

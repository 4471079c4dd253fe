"""The noun `conflict-cases`, and what resolved cases tell of matching."""

from services.deals.adjudication import commands
from services.deals.adjudication.replay import NotReplayable
from services.deals.adjudication.replay import replay as replayed
from services.deals.adjudication.report_schemas import ConflictReport
from services.deals.adjudication.reports import report
from services.deals.adjudication.rules import AppealWindowClosed, NothingLeftToSplit, NothingToAppeal
from services.deals.adjudication.schemas import (
    AppealIn,
    ConflictCaseOut,
    ConflictReplay,
    ResolutionIn,
)
from services.deals.merging.rules import CustomersApart
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.screening.queries import CONFLICT_CASES
from services.deals.tenders.rules import TendersCollide
from shared.db.resource import Row
from shared.errors import FourEyes
from shared.web.params import Principal, Read, Tx, Version
from shared.web.router import Router

cases = Router("conflict-cases")
cases.lists(CONFLICT_CASES, ConflictCaseOut, summary="Conflict cases the caller may see, newest first.")
cases.reads(CONFLICT_CASES, ConflictCaseOut, summary="One conflict case, for the vendor with its findings.")
reports = Router("conflict-reports")
_APPROVES = "conflict-cases:approve"


@cases.post("/{id}/assign", permission=_APPROVES, returns=CONFLICT_CASES, out=ConflictCaseOut)
async def assign_conflict_case(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Take a case on: it is the caller's to decide from now."""
    return await commands.assign(tx, case_id=id, version=version, caller=caller)


@cases.post(
    "/{id}/resolve",
    permission=_APPROVES,
    returns=CONFLICT_CASES,
    out=ConflictCaseOut,
    problems=[CustomersApart, TendersCollide, FourEyes, NothingLeftToSplit, CustomerAlreadyProtected],
)
async def resolve_conflict_case(id: str, body: ResolutionIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Decide a conflict, with its effect on the registrations in it; and say whether its customers are one or two."""
    return await commands.resolve(tx, body, case_id=id, version=version, caller=caller)


@cases.post(
    "/{id}/appeal",
    permission="conflict-cases:write",
    returns=CONFLICT_CASES,
    out=ConflictCaseOut,
    problems=[NothingToAppeal, AppealWindowClosed],
)
async def appeal_conflict_case(id: str, body: AppealIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Ask for another decision, once, within ten days or what the policy says."""
    return await commands.appeal(tx, body, case_id=id, version=version, caller=caller)


@cases.get("/{id}/replay", permission="conflict-cases:read", out=ConflictReplay, problems=[NotReplayable])
async def replay_conflict_case(id: str, read: Read) -> ConflictReplay:
    """A case computed again: by the terms it was judged by, and by the policy in force now, side by side."""
    return await replayed(read, case_id=id)


@reports.get("", permission="conflict-reports:read", out=ConflictReport)
async def report_conflicts(read: Read) -> ConflictReport:
    """How right matching has been, by what people said of the latest 10,000 pairs: per threshold and per signal."""
    return await report(read)

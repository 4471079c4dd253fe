"""What findings come to together, as they are found and as a case keeps them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from shared.matching import ReasonCode, Verdict

Source = Literal[
    "registration",
    "own_registration",
    "installed_base",
    "licence",
    "named_account",
    "ended",
    "lead",
    "direct_opportunity",
]
SEVERITY: Final[Mapping[Verdict, int]] = {"none": 0, "possible": 1, "related": 2, "probable": 3, "blocking": 4}
# What entries are told as that decide nothing by themselves.
NOTES: Final[Mapping[Source, ReasonCode]] = {
    "own_registration": "own_registration",
    "installed_base": "installed_base",
    "licence": "installed_base",
    "named_account": "named_account",
    "ended": "recently_registered",
    "lead": "lead_offered",
}


def summed_up(findings: Iterable[tuple[Verdict, Sequence[str], Source]]) -> tuple[Verdict, tuple[str, ...]]:
    """Return the gravest class of some findings, each a class, reasons and a source, with the reasons of those in it, and of notes."""
    known = list(findings)
    gravest = worst_of(verdict for verdict, _, _ in known)
    reasons = dict.fromkeys(each for verdict, why, _ in known if verdict == gravest != "none" for each in why)
    reasons |= dict.fromkeys(NOTES[source] for verdict, why, source in known if is_note(verdict, why, source))
    return gravest, tuple(reasons)


def worst_of(classes: Iterable[Verdict]) -> Verdict:
    """Return the gravest of some classes, `none` of none."""
    return max(classes, key=lambda each: SEVERITY[each], default="none")


def is_note(verdict: Verdict, reasons: Sequence[str], source: Source) -> bool:
    """Tell whether an entry is only told of: no class, but something to know."""
    return verdict == "none" and bool(reasons) and source in NOTES

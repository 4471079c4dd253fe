"""Whose a solution is, and when all of them stand behind it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.errors import Conflict, Fault, Invalid
from shared.values.basis_points import WHOLE

# What owners do of their own accord; who leads does the rest.
_LEADS: Final = ("submit", "edit")


class ConsentMissing(Conflict):
    """Not every partner that owns a part of the solution has consented to the split."""

    code, title = "consent_missing", "Consent is missing"


@dataclass(frozen=True, slots=True)
class Owner:
    """A partner that owns a part of a solution: its share of a sale, and since when it stands behind that."""

    partner_id: str
    basis_points: int
    consented_at: datetime | None = None


def require_owners(owners: Sequence[Owner], *, lead: str) -> None:
    """Raise Invalid unless each partner is named once, the one that leads among them, and their shares are the whole."""
    named = [each.partner_id for each in owners]
    faults = [
        Fault(f"/owners/{place}/partner_id", "duplicate", "This is named twice.")
        for place, partner_id in enumerate(named)
        if partner_id in named[:place]
    ]
    if lead not in named:
        faults.append(Fault("/owners", "lead_missing", "The partner that leads a solution owns a part of it."))
    if sum(each.basis_points for each in owners) != WHOLE:
        faults.append(Fault("/owners", "not_whole", "Together the shares are 10,000 basis points."))
    if faults:
        raise Invalid(errors=faults)


def agreed(owners: Iterable[Owner], *, before: Iterable[Owner], by: str | None, at: datetime) -> list[Owner]:
    """Return owners with the consents that a change of the split leaves: none but that of the partner who makes it.

    A split that stays as it is keeps all of them.
    """
    found, known = list(owners), list(before)
    if [(each.partner_id, each.basis_points) for each in found] == [
        (each.partner_id, each.basis_points) for each in known
    ]:
        return known
    return [Owner(each.partner_id, each.basis_points, at if each.partner_id == by else None) for each in found]


def consented(owners: Iterable[Owner], *, by: str, at: datetime) -> list[Owner]:
    """Return owners with the consent of one more."""
    return [
        Owner(each.partner_id, each.basis_points, each.consented_at or at) if each.partner_id == by else each
        for each in owners
    ]


def concerned(owners: Sequence[Owner], *, before: Iterable[Owner]) -> list[Owner]:
    """Return whose consent a split needs: of who has a share, and of who has one `before` in what is in force, though none is left."""
    shared = sharing(owners)
    named, known = {each.partner_id for each in shared}, {each.partner_id: each for each in owners}
    leaving = [each.partner_id for each in sharing(before) if each.partner_id not in named]
    return [*shared, *(known.get(each, Owner(each, 0)) for each in leaving)]


def sharing(owners: Iterable[Owner]) -> list[Owner]:
    """Return the owners that have a share, without those that give theirs up."""
    return [each for each in owners if each.basis_points]


def is_waiting(owners: Iterable[Owner]) -> bool:
    """Tell whether a consent is missing of owners that are asked for theirs."""
    return any(each.consented_at is None for each in owners)


def require_consents(owners: Iterable[Owner]) -> None:
    """Raise ConsentMissing until all owners have consented."""
    if is_waiting(owners):
        raise ConsentMissing()


def kept_from(partner_id: str | None, *, owners: Iterable[Owner], lead: str) -> Collection[str]:
    """Return what is not a partner's to do: consenting is for owners who have not, leading for the one that does."""
    waits = any(each.partner_id == partner_id and each.consented_at is None for each in owners)
    return (*(() if waits else ("consent",)), *(() if partner_id == lead else _LEADS))


def owner_of(document: dict[str, Any]) -> Owner:
    """Read an owner as it is stored."""
    at = document["consented_at"]
    return Owner(document["partner_id"], document["basis_points"], datetime.fromisoformat(at) if at else None)


def stored(owner: Owner) -> dict[str, Any]:
    """Write an owner as it is stored."""
    at = owner.consented_at
    return {
        "partner_id": owner.partner_id,
        "basis_points": owner.basis_points,
        "consented_at": at.isoformat() if at else None,
    }

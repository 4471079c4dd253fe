"""Who can be given a deal. Pure."""

from dataclasses import dataclass

from shared.errors import Fault, Invalid


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the deal's partner: whether they act for it now, and whether their roles let them write deals."""

    account_id: str
    is_active: bool
    writes_deals: bool


def next_owner(member: Member | None, *, owner: str, at: str) -> str:
    """Return the account that a deal of `owner` goes to; None is nobody of its partner. Raises Invalid at the pointer."""
    if member is None:
        raise Invalid(errors=[Fault(at, "unknown_account", "Nobody of this partner has this account.")])
    if member.account_id == owner:
        raise Invalid(errors=[Fault(at, "already_owner", "The deal is this account's already.")])
    if not member.is_active:
        raise Invalid(
            errors=[Fault(at, "account_not_active", "Whoever has this account does not act for the partner now.")]
        )
    if not member.writes_deals:
        raise Invalid(errors=[Fault(at, "cannot_write_deals", "The roles of this account do not let it write deals.")])
    return member.account_id

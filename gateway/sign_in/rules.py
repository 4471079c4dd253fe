"""For whom a session acts, and with which scopes."""

from collections.abc import Sequence

from gateway.accounts.rules import Membership
from gateway.credentials.rules import InvalidCredentials
from gateway.roles.defaults import EVERYBODY
from gateway.roles.rules import common, merged, reading_only
from shared.errors import Forbidden


class NotAMember(Forbidden):
    """The account does not act for this partner."""

    code, title = "not_a_member", "Not a member of this partner"


def place(kind: str, memberships: Sequence[Membership], *, wanted: str | None) -> Membership | None:
    """Return the partner to act for, None for the vendor's own staff; the first membership is the one used last.

    Raises NotAMember for a partner that is not among them, InvalidCredentials for somebody who acts for nobody.
    """
    open_places = [each for each in memberships if each.may_sign_in]
    if wanted is not None:
        chosen = next((each for each in open_places if each.partner_id == wanted), None)
        if chosen is None:
            raise NotAMember()
        return chosen
    if kind == "vendor":
        return None
    if not open_places:
        raise InvalidCredentials()
    return open_places[0]


def scopes(granted: Sequence[str], *, standing: str) -> tuple[str, ...]:
    """Return what a token carries: the roles' scopes, only those that read while the partner is suspended."""
    everything = merged((*granted, *EVERYBODY))
    return reading_only(everything) if standing == "suspended" else everything


def of_an_app(scopes: Sequence[str], agreed: Sequence[str], *, vendor: bool) -> tuple[str, ...]:
    """Return what an app may do for a person: what the person may, as far as the person has agreed."""
    # Sessions are the person's own: no app lists them, ends them or changes how somebody signs in.
    return tuple(each for each in common(scopes, agreed, vendor=vendor) if not each.startswith("sessions:"))

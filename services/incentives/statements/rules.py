"""What may stand on one statement. Pure."""

from collections.abc import Collection

from shared.errors import Conflict, Fault, Invalid


class NothingToState(Conflict):
    """The partner has no accrued earnings in this period that are not on a statement already."""

    code, title = "nothing_to_state", "Nothing to state"


class MixedCurrencies(Invalid):
    """The earnings are in several currencies; name one, a statement has one currency."""

    code, title = "mixed_currencies", "Several currencies"


def currency_of(found: Collection[str], *, asked: str | None) -> str:
    """Return the currency of the statement; raises NothingToState, or MixedCurrencies where one must be named."""
    if not found or (asked is not None and asked not in found):
        raise NothingToState()
    if asked is not None:
        return asked
    if len(found) > 1:
        listed = ", ".join(sorted(found))
        raise MixedCurrencies(errors=[Fault("/currency", "required", f"Name one of {listed}.")])
    return next(iter(found))

"""Which side of the partnership may do what, whatever the scopes of a token say."""

from shared.auth.principal import Caller
from shared.errors import Forbidden


def vendor_only(caller: Caller) -> None:
    """Raise Forbidden unless the caller acts for the vendor; the machinery acts for the vendor too."""
    if caller.kind not in ("vendor", "internal"):
        raise Forbidden("Only the vendor may do this.")


def partner_of(caller: Caller) -> str:
    """Return the partner the caller acts for; raises Forbidden when it acts for none."""
    if caller.kind != "partner" or caller.partner_id is None:
        raise Forbidden("Only the partner itself may do this.")
    return caller.partner_id

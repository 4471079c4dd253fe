"""Which side of the partnership may do what, whatever the scopes of a token say."""

from shared.auth.principal import Caller
from shared.errors import Forbidden


def is_vendor_side(caller: Caller) -> bool:
    """Tell whether the caller acts for the vendor, the machinery included."""
    return caller.kind in ("vendor", "internal")


def vendor_only(caller: Caller) -> None:
    """Raise Forbidden for a caller on a partner's side."""
    if not is_vendor_side(caller):
        raise Forbidden("Only the vendor may do this.")


def partner_of(caller: Caller) -> str:
    """Return the partner the caller acts for; raises Forbidden when it acts for none."""
    if caller.kind != "partner" or caller.partner_id is None:
        raise Forbidden("Only the partner itself may do this.")
    return caller.partner_id


def whole_tenant_only(viewer: str) -> None:
    """Raise Forbidden for a view of some partners only, where the whole program is at stake."""
    if viewer != "*":
        raise Forbidden("This needs reach over the whole program.")

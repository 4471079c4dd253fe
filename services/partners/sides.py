"""Which side of the partnership may do what, whatever the scopes of a token say."""

from shared.auth.principal import Caller
from shared.errors import Forbidden


def vendor_only(caller: Caller) -> None:
    """Raise Forbidden unless the caller acts for the vendor; the machinery acts for the vendor too."""
    if caller.kind not in ("vendor", "internal"):
        raise Forbidden("Only the vendor may do this.")

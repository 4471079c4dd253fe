"""Which side of the partnership may do what, whatever the scopes of a token say."""

from shared.auth.principal import Caller
from shared.db.tx import Tx
from shared.errors import Forbidden


def vendor_only(caller: Caller) -> None:
    """Raise Forbidden unless the caller acts for the vendor; the machinery acts for the vendor too."""
    if caller.kind not in ("vendor", "internal"):
        raise Forbidden("Only the vendor may do this.")


def whole_program(tx: Tx) -> None:
    """Raise Forbidden for a caller who reaches only some partners: this is about the money of the whole program."""
    if tx.viewer != "*":
        raise Forbidden("This needs reach over the whole program.")

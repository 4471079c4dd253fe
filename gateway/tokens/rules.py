"""How large a token becomes."""

from collections.abc import Iterable


def size_of_token(scopes: Iterable[str]) -> int:
    """Return the bytes of the longest access token with these scopes."""
    scope = " ".join(scopes)
    # Ids of 30 characters in every claim, and the rest of the payload: 600 bytes bound them from above.
    payload = 600 + len(scope.encode())
    header, signature = 80, 256
    return sum((part * 4 + 2) // 3 for part in (header, payload, signature)) + 2

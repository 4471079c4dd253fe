"""Where an app may have people sent back to."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from shared.errors import Conflict, Fault, Invalid

_LOOPBACK: Final = ("127.0.0.1", "::1")
# They run what they carry, or read what lies about.
_NEVER: Final = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss"})


class PublicApp(Conflict):
    """A public app has no secret."""

    code, title = "public_app", "Public app"


def checked_redirects(uris: Sequence[str], *, kind: str) -> list[str]:
    """Return the redirect URIs without repetitions; raises Invalid for one that is not safe, or none of a public app."""
    faults = [
        Fault(f"/redirect_uris/{place}", "unsafe_redirect", why)
        for place, uri in enumerate(uris)
        if (why := _fault_of(uri)) is not None
    ]
    if kind == "public" and not uris:
        faults = [Fault("/redirect_uris", "required", "A public app acts for people only, and they must come back.")]
    if faults:
        raise Invalid(errors=faults)
    return list(dict.fromkeys(uris))


def leads_back(registered: Sequence[str], given: str) -> bool:
    """Tell whether people may be sent to this URI: one that is registered, exactly.

    On the loopback address the port is free, since an app on a computer takes the one it gets (RFC 8252, section 7.3).
    """
    if given in registered:
        return True
    parts = _split(given)
    if parts is None or not _is_loopback(parts):
        return False
    return any(_without_port(each) == _without_port(parts) for uri in registered if (each := _split(uri)) is not None)


def _fault_of(uri: str) -> str | None:
    parts = _split(uri)
    if parts is None or not uri.isascii() or not uri.isprintable() or any(each in uri for each in ' \\"<>^`{|}*'):
        return "This is not an absolute URI."
    if "#" in uri or parts.username is not None or parts.password is not None:
        return "No fragment and no user may be in it."
    if parts.scheme == "https":
        return None if parts.hostname else "A host is missing."
    if parts.scheme == "http":
        return (
            None if _is_loopback(parts) or parts.hostname == "localhost" else "Only https, but for this machine itself."
        )
    if parts.scheme in _NEVER or "." not in parts.scheme:
        return "A scheme of the app's own is a domain read backwards, such as com.example.app."
    return None


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme and (parts.netloc or parts.path) else None


def _is_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.username is None


def _without_port(parts: SplitResult) -> tuple[str, str | None, str, str, str]:
    return parts.scheme, parts.hostname, parts.path, parts.query, parts.fragment

"""The id by which one request is found in the logs of every part that it passes."""

import os


def request_id_of(given: str | None) -> str:
    """Return the caller's own request id where it is a plain one of 8 to 64 characters, else a fresh one."""
    if given is not None and 8 <= len(given) <= 64:
        plain = given.replace("-", "").replace("_", "")
        if plain.isascii() and plain.isalnum():
            return given
    # A UUID would say no more and takes five times as long to make.
    return f"req_{os.urandom(16).hex()}"

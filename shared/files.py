"""Files: bytes under a key in a store, and links that open one file for a few minutes.

The default store is a directory. A key is `<tenant>/<yyyy>/<file id>`; nothing of a name a caller gave is part of it.
"""

import asyncio
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from shared.errors import NotFound

LONGEST_LINK: Final = timedelta(minutes=5)
_KEY: Final = re.compile(r"^[a-z0-9_]+/\d{4}/[a-z0-9_]+$")


class FileStore(Protocol):
    """Where the bytes are."""

    async def put(self, key: str, content: bytes) -> None:
        """Store the bytes under a key; they are durable when this returns."""

    async def get(self, key: str) -> bytes:
        """Return the bytes; raises NotFound."""

    async def remove(self, key: str) -> None:
        """Forget the bytes; a key that is not there is no error."""


class Directory:
    """A store on the local disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """Write to a neighbouring name, flush to the disk, then rename: a reader sees all of it or nothing."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """Return the bytes; raises NotFound."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise NotFound() from error

    async def remove(self, key: str) -> None:
        """Forget the bytes; a key that is not there is no error."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        if _KEY.match(key) is None:
            raise ValueError("not a key of a file")
        return self._root / key

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        partial.rename(path)


def key_of(*, tenant_id: str, file_id: str, at: datetime) -> str:
    """Return the key of a file stored at an instant."""
    return f"{tenant_id}/{at.year:04d}/{file_id}"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and checks links to file content: signed, for one file, until an instant."""

    secret: bytes

    def query(self, *, tenant_id: str, file_id: str, now: datetime, lasts: timedelta = LONGEST_LINK) -> str:
        """Return the query string that opens a file for a while, five minutes at most."""
        expires = int((now + min(lasts, LONGEST_LINK)).timestamp())
        return f"tenant={tenant_id}&expires={expires}&signature={self._sign(tenant_id, file_id, expires)}"

    def allows(self, *, tenant_id: str, file_id: str, expires: int, signature: str, now: datetime) -> bool:
        """Tell whether a link is one of ours and still open."""
        genuine = hmac.compare_digest(signature.encode(), self._sign(tenant_id, file_id, expires).encode())
        return genuine and now.timestamp() < expires

    def _sign(self, tenant_id: str, file_id: str, expires: int) -> str:
        message = f"{tenant_id}\n{file_id}\n{expires}".encode()
        return hmac.new(self.secret, b"file link\n" + message, hashlib.sha256).hexdigest()

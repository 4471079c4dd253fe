"""Envelope encryption of what must be read back: AES-256-GCM under a key derived from the installation's secret key.

Derivation: HKDF with SHA-256 (RFC 5869). A sealed text is `<key id>.<base64url of nonce and ciphertext>`; the key id
tells which key sealed it, so that a later secret key can take over text by text.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column

from shared.db.columns import text

_NONCE_BYTES: Final = 12


def sealed(name: str, *, purpose: str, null: bool = False) -> Column[Any]:
    """A column of sealed texts; `purpose` names what they are for by other columns of the row, as in `webhook {id}`.

    Whatever is sealed stands in such a column: a change of the secret key finds it there.
    """
    column = text(name, null=null, personal=True)
    column.info["sealed_for"] = purpose
    return column


def purpose_of(column: "Column[Any]", row: Mapping[str, Any]) -> str:
    """Return what the sealed text of a row is for."""
    return str(column.info["sealed_for"]).format_map(row)


class CannotUnseal(Exception):
    """The text was sealed under another secret key, or for another purpose, or was changed."""


class Vault:
    """Seals and unseals under one installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"prm gateway sealing 1").derive(secret_key.encode())
        self._cipher = AESGCM(key)
        self.key_id = hashlib.sha256(b"key id of " + key).hexdigest()[:8]

    def seal(self, plain: bytes, *, purpose: str) -> str:
        """Return the sealed text; it opens only for the same purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, purpose.encode())
        return f"{self.key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def unseal(self, text: str, *, purpose: str) -> bytes:
        """Return what was sealed; raises CannotUnseal."""
        key_id, _, sealed = text.partition(".")
        if key_id != self.key_id:
            raise CannotUnseal(f"sealed under the key {key_id}, and PRM_SECRET_KEY gives {self.key_id}")
        raw = base64.urlsafe_b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        except InvalidTag as error:
            raise CannotUnseal("changed, or sealed for another purpose") from error

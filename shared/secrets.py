"""Secrets at rest: AES-256-GCM under a key derived from the installation's secret key (HKDF-SHA256, RFC 5869).

The ciphertext names the key it was made with, so that keys can be replaced one after the other.
"""

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION: Final = "k1"


class Unreadable(Exception):
    """A stored secret was made with another key, or has been altered."""


class Vault:
    """Seals and opens the secrets of one purpose; a ciphertext cannot be moved to another purpose or owner."""

    def __init__(self, secret_key: str, *, purpose: str) -> None:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=f"prm {purpose}".encode()).derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, plain: bytes, *, owner: str) -> str:
        """Return the ciphertext of a secret that belongs to `owner`."""
        nonce = os.urandom(12)
        return f"{_VERSION}.{base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, owner.encode())).decode()}"

    def open(self, sealed: str, *, owner: str) -> bytes:
        """Return the secret; raises Unreadable."""
        version, _, body = sealed.partition(".")
        if version != _VERSION:
            raise Unreadable("made with an unknown key")
        raw = base64.urlsafe_b64decode(body)
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], owner.encode())
        except InvalidTag as error:
            raise Unreadable("made with another key, or altered") from error

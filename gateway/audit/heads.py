"""A signed head: what the installation says, under its sealing key, about the state of a log at an instant."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.values.canonical import canonical

# Stands before what is signed, so that the signature can be taken for no other of the same key.
_CONTEXT: Final = b"prm sealed log head 1\n"


@dataclass(frozen=True, slots=True)
class Head:
    """The size and root of a tenant's log, chained to the head before; digests are hexadecimal."""

    log: str
    number: int
    size: int
    root: str
    previous: str | None
    sealed_at: datetime
    key_id: str

    def signed(self) -> bytes:
        """Return the bytes that are signed: the canonical JSON of `as_json`, after a context line."""
        return _CONTEXT + canonical(self.as_json())

    def digest(self) -> str:
        """Return the digest that the next head names as its previous."""
        return hashlib.sha256(self.signed()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return the head as it is signed and published."""
        return {
            "log": self.log,
            "number": self.number,
            "size": self.size,
            "root": self.root,
            "previous": self.previous,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "key_id": self.key_id,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Head":
        """Read a published head; raises KeyError, TypeError or ValueError when it is none."""
        return cls(
            log=str(value["log"]),
            number=int(value["number"]),
            size=int(value["size"]),
            root=str(value["root"]),
            previous=value["previous"],
            sealed_at=datetime.fromisoformat(value["sealed_at"]),
            key_id=str(value["key_id"]),
        )


def is_signed(head: Head, signature: str, *, public: str) -> bool:
    """Tell whether the signature of a head is that of a public key; both are base64url without padding."""
    try:
        Ed25519PublicKey.from_public_bytes(unpadded(public)).verify(unpadded(signature), head.signed())
    except (InvalidSignature, ValueError):
        return False
    return True


def padless(raw: bytes) -> str:
    """Return bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpadded(text: str) -> bytes:
    """Return the bytes of base64url without padding; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def jwk_of(public: str) -> dict[str, str]:
    """Return the JSON Web Key (RFC 8037) of an Ed25519 public key."""
    return {"kty": "OKP", "crv": "Ed25519", "x": public, "kid": key_id_of(public), "use": "sig", "alg": "EdDSA"}


def key_id_of(public: str) -> str:
    """Return the id of a public key: its thumbprint (RFC 7638), which nobody can give to another key."""
    return padless(hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": public})).digest())

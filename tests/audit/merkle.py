"""A verifier of receipts written from the standards alone, sharing nothing with the product."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def h(raw: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(raw).digest()


def tree_head(entries: list[bytes]) -> bytes:
    """The root of a list, by the recursive definition of RFC 9162, 2.1.1."""
    if len(entries) == 0:
        return h(b"")
    if len(entries) == 1:
        return h(b"\x00" + entries[0])
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return h(b"\x01" + tree_head(entries[:k]) + tree_head(entries[k:]))


def rebuilt(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to, from the leaf up, by halving the tree from the top."""
    if size == 1:
        assert path == []
        return leaf
    k = 1
    while k * 2 < size:
        k *= 2
    if index < k:
        return h(b"\x01" + rebuilt(leaf, index, k, path[:-1]) + path[-1])
    return h(b"\x01" + path[-1] + rebuilt(leaf, index - k, size - k, path[:-1]))


def plain_json(value: Any) -> bytes:
    """Canonical JSON, for documents without fractions."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unbased(text: str) -> bytes:
    """Base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def proves(receipt: dict[str, Any], keys: dict[str, Any]) -> bool:
    """Whether a receipt proves that its record is in the log, given the published keys."""
    leaf = h(b"\x00" + plain_json(receipt["record"]))
    head = {name: value for name, value in receipt["head"].items() if name != "signature"}
    [public] = [key["x"] for key in keys["keys"] if key["kid"] == head["key_id"]]
    signed = b"prm sealed log head 1\n" + plain_json(head)
    Ed25519PublicKey.from_public_bytes(unbased(public)).verify(unbased(receipt["head"]["signature"]), signed)
    path = [bytes.fromhex(each) for each in receipt["path"]]
    root = rebuilt(leaf, receipt["sequence"], head["size"], path)
    return (leaf.hex(), root.hex()) == (receipt["leaf"], head["root"])

"""The hash tree of the log, as pure functions: RFC 9162 (Certificate Transparency 2.0), section 2.1, with SHA-256.

Leaves are numbered from 0. A node is named by its level and its place on it: (0, i) is leaf i, and (level, place) covers
the 2**level leaves from place * 2**level on. Only complete subtrees are named and stored; they never change.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

Node = tuple[int, int]
Digest = bytes
EMPTY: Final = hashlib.sha256(b"").digest()


def leaf(entry: bytes) -> Digest:
    """Return the digest of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def parent(left: Digest, right: Digest) -> Digest:
    """Return the digest of the node over two nodes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks(size: int) -> list[Node]:
    """Return the complete subtrees that a tree of this size consists of, from the left."""
    found: list[Node] = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def grown(size: int, known: Mapping[Node, Digest], leaves: Sequence[Digest]) -> dict[Node, Digest]:
    """Return the complete subtrees that appear when leaves are appended; `known` has the peaks of the tree before."""
    made: dict[Node, Digest] = {}
    edge = [(level, known[level, place]) for level, place in peaks(size)]
    for number, digest in enumerate(leaves, start=size):
        level, place = 0, number
        made[0, place] = digest
        while place & 1:
            _, left = edge.pop()
            digest = parent(left, digest)
            level, place = level + 1, place >> 1
            made[level, place] = digest
        edge.append((level, digest))
    return made


def root(size: int, node: Callable[[Node], Digest]) -> Digest:
    """Return the root of the tree of this size; `node` gives the digests of its complete subtrees."""
    return _over(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Callable[[Node], Digest]) -> list[Digest]:
    """Return the proof that leaf `index` is in the tree of this size (2.1.3.1); raises IndexError when it cannot be."""
    if not 0 <= index < size:
        raise IndexError(f"a tree of {size} leaves has no leaf {index}")
    return [_over(start, end, node) for start, end in _beside(index, 0, size)]


def consistency(old: int, size: int, node: Callable[[Node], Digest]) -> list[Digest]:
    """Return the proof that the tree of `old` leaves is the beginning of this one (2.1.4.1); raises IndexError as above."""
    if not 0 < old <= size:
        raise IndexError(f"a tree of {size} leaves has not begun with {old}")
    return [_over(start, end, node) for start, end in _between(old, 0, size, whole=True)]


def needed(proof: Callable[[Callable[[Node], Digest]], object]) -> list[Node]:
    """Return the complete subtrees that a proof asks for, so that they can be read all at once."""
    asked: list[Node] = []

    def noted(node: Node) -> Digest:
        asked.append(node)
        return b""

    proof(noted)
    return asked


def root_by_inclusion(digest: Digest, index: int, size: int, path: Sequence[Digest]) -> Digest | None:
    """Return the root that a proof of inclusion leads to (2.1.3.2), or None when the proof has not the right length."""
    if not 0 <= index < size:
        return None
    left, last = index, size - 1
    for beside in path:
        if last == 0:
            return None
        if left & 1 or left == last:
            digest = parent(beside, digest)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            digest = parent(digest, beside)
        left, last = left >> 1, last >> 1
    return digest if last == 0 else None


def is_consistent(old: int, old_root: Digest, size: int, new_root: Digest, path: Sequence[Digest]) -> bool:
    """Tell whether a proof of consistency holds between two roots (2.1.4.2)."""
    if old == size:
        return not path and old_root == new_root
    if not 0 < old < size or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    left, last = old - 1, size - 1
    while left & 1:
        left, last = left >> 1, last >> 1
    before = after = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if left & 1 or left == last:
            before, after = parent(beside, before), parent(beside, after)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            after = parent(after, beside)
        left, last = left >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """Return the largest power of two below a count above one: where the left subtree ends."""
    return 1 << (count - 1).bit_length() - 1


def _over(start: int, end: int, node: Callable[[Node], Digest]) -> Digest:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node((level, start >> level))
    middle = start + _split(count)
    return parent(_over(start, middle, node), _over(middle, end, node))


def _beside(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _beside(index, start, middle)
        yield middle, end
    else:
        yield from _beside(index, middle, end)
        yield start, middle


def _between(old: int, start: int, end: int, *, whole: bool) -> Iterator[tuple[int, int]]:
    if old == end:
        if not whole:
            yield start, end
        return
    middle = start + _split(end - start)
    if old <= middle:
        yield from _between(old, start, middle, whole=whole)
        yield middle, end
    else:
        yield from _between(old, middle, end, whole=False)
        yield start, middle

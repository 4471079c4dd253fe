"""The hash tree: the known answers of the standard, and every proof of every small tree against its own definition."""

import hashlib

import pytest

from gateway.audit import tree
from tests.audit.merkle import tree_head

# The leaves and roots of the reference test vectors of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 33


def grown(entries: list[bytes], *, by: int = 1) -> dict[tree.Node, bytes]:
    """The nodes of a tree that was appended to, so many leaves at a time."""
    nodes: dict[tree.Node, bytes] = {}
    for start in range(0, len(entries), by):
        nodes |= tree.grown(start, nodes, [tree.leaf(each) for each in entries[start : start + by]])
    return nodes


def entries(count: int) -> list[bytes]:
    """Some entries."""
    return [f"entry {number}".encode() for number in range(count)]


def test_the_empty_tree_is_the_digest_of_nothing() -> None:
    assert (
        tree.root(0, grown([]).__getitem__).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_standards_test_vectors(size: int) -> None:
    nodes = grown(LEAVES[:size])

    assert tree.root(size, nodes.__getitem__).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("by", [1, 2, 3, 7, 33])
def test_a_tree_is_the_same_however_it_has_grown(by: int) -> None:
    nodes = grown(entries(MOST), by=by)

    assert nodes == grown(entries(MOST))
    for size in range(1, MOST + 1):
        assert tree.root(size, nodes.__getitem__) == tree_head(entries(size))


def test_every_leaf_of_every_tree_is_proven_and_at_no_other_place() -> None:
    nodes = grown(entries(MOST))
    for size in range(1, MOST + 1):
        root = tree_head(entries(size))
        for index in range(size):
            path = tree.inclusion(index, size, nodes.__getitem__)
            digest = tree.leaf(entries(MOST)[index])
            assert tree.root_by_inclusion(digest, index, size, path) == root
            for wrong in {index - 1, index + 1, size} - {index}:
                assert tree.root_by_inclusion(digest, wrong, size, path) != root
            assert tree.root_by_inclusion(digest, index, size, [*path, root]) != root
            assert not path or tree.root_by_inclusion(digest, index, size, path[:-1]) != root


def test_every_tree_is_proven_to_go_on_from_every_earlier_one_and_from_no_other() -> None:
    nodes = grown(entries(MOST))
    roots = [tree_head(entries(size)) for size in range(MOST + 1)]
    other = hashlib.sha256(b"another").digest()
    for size in range(1, MOST + 1):
        for old in range(1, size + 1):
            path = tree.consistency(old, size, nodes.__getitem__)
            assert tree.is_consistent(old, roots[old], size, roots[size], path)
            assert not tree.is_consistent(old, other, size, roots[size], path)
            assert not tree.is_consistent(old, roots[old], size, other, path)
            assert not tree.is_consistent(old, roots[old], size, roots[size], [*path, other])
            assert not path or not tree.is_consistent(old, roots[old], size, roots[size], path[:-1])
            assert old == 1 or not tree.is_consistent(old - 1, roots[old], size, roots[size], path)


def test_what_a_proof_asks_for_is_known_before_it_is_read() -> None:
    asked = tree.needed(lambda node: tree.inclusion(5, 11, node))

    assert asked == [(0, 4), (1, 3), (2, 0), (1, 4), (0, 10)]
    assert len(tree.needed(lambda node: tree.inclusion(77_777, 1_000_000, node))) < 40


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        tree.inclusion(index, size, lambda node: b"")
    with pytest.raises(IndexError):
        tree.consistency(size + 1, size, lambda node: b"")
    assert tree.root_by_inclusion(b"", index, size, []) is None

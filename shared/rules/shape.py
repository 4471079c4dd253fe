"""What a checked expression is made of: the names it uses, and constructs that would let it grow without bound.

CEL's checker hands out its tree as a serialised `cel.expr.CheckedExpr`
(https://github.com/google/cel-spec/blob/master/proto/cel/expr/checked.proto and syntax.proto); the few fields needed
are read by their published numbers, so no generated classes are carried along.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from google.protobuf import any_pb2, empty_pb2  # type: ignore[import-untyped]
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-untyped]

from shared.rules.diagnosis import DiagnosisCode

# CheckedExpr, its map entries, and Reference
_REFERENCES, _TYPES, _TREE = 2, 3, 4
_KEY, _VALUE = 1, 2
_NAME, _OVERLOADS = 1, 3
_DYNAMIC: Final = 1

# Expr
_ID, _IDENT, _SELECT, _CALL, _LIST, _STRUCT, _LOOP = 2, 4, 5, 6, 7, 8, 9
_LOOP_RANGE: Final = 2
_ACCUMULATOR: Final = b"@result"

_Fields = list[tuple[int, Any]]


class Refused(Exception):
    """The expression is well-formed CEL, but a construct in it is not part of rules."""

    def __init__(self, code: DiagnosisCode, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


class _References(NamedTuple):
    names: frozenset[str]
    overloads: dict[int, frozenset[str]]


def names_in(serialised: bytes) -> frozenset[str]:
    """Return every name a checked expression refers to; raises Refused for what rules leave out of CEL."""
    checked = _fields(any_pb2.Any.FromString(serialised).value)
    references = _references(checked)
    if any(number == _TYPES and _is_dynamic(entry) for number, entry in checked):
        raise Refused("mixed_types", "a list or map holds values of one type")
    for number, tree in checked:
        if number == _TREE:
            _inspect(tree, references, in_loop=False)
    return references.names


def _references(checked: _Fields) -> _References:
    names: set[str] = set()
    overloads: dict[int, frozenset[str]] = {}
    for number, entry in checked:
        if number == _REFERENCES:
            node, reference = dict(_fields(entry))[_KEY], _fields(dict(_fields(entry))[_VALUE])
            names.update(text.decode() for field, text in reference if field == _NAME)
            overloads[node] = frozenset(text.decode() for field, text in reference if field == _OVERLOADS)
    return _References(frozenset(names), overloads)


def _is_dynamic(entry: bytes) -> bool:
    return any(number == _VALUE and dict(_fields(value)).get(_DYNAMIC) is not None for number, value in _fields(entry))


def _inspect(expression: bytes, references: _References, *, in_loop: bool) -> None:
    node = dict(_fields(expression))
    if _LOOP in node and in_loop:
        raise Refused("nested_loop", "a loop cannot stand inside another loop; use in, or filter the range first")
    if _CALL in node and "add_list" in references.overloads.get(node.get(_ID, 0), ()) and not _collects(node[_CALL]):
        raise Refused("lists_joined", "lists are not joined; ask each of them")
    if _STRUCT in node and any(number == _NAME for number, _ in _fields(node[_STRUCT])):
        raise Refused("message_literal", "messages are not part of rules")
    for child, inside in _children(node):
        _inspect(child, references, in_loop=in_loop or inside)


def _children(node: dict[int, Any]) -> Iterator[tuple[bytes, bool]]:
    """Yield each direct sub-expression, and whether it is repeated by this node."""
    if _SELECT in node:
        yield from ((child, False) for number, child in _fields(node[_SELECT]) if number == 1)
    if _CALL in node:
        yield from ((child, False) for number, child in _fields(node[_CALL]) if number in (1, 3))
    if _LIST in node:
        yield from ((child, False) for number, child in _fields(node[_LIST]) if number == 1)
    if _STRUCT in node:
        entries = (entry for number, entry in _fields(node[_STRUCT]) if number == 2)
        yield from ((child, False) for entry in entries for number, child in _fields(entry) if number in (3, 4))
    if _LOOP in node:
        yield from (
            (child, number != _LOOP_RANGE) for number, child in _fields(node[_LOOP]) if number in (2, 4, 5, 6, 7)
        )


def _collects(call: bytes) -> bool:
    """Tell whether a list addition is the one `filter` itself expands to: accumulator + [element]."""
    first = next(child for number, child in _fields(call) if number == 3)
    ident = dict(_fields(first)).get(_IDENT)
    return ident is not None and dict(_fields(ident)).get(_NAME) == _ACCUMULATOR


def _fields(message: bytes) -> _Fields:
    unknown = UnknownFieldSet(empty_pb2.Empty.FromString(message))
    return [(entry.field_number, entry.data) for entry in unknown]

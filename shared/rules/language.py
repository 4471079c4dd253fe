"""The part of CEL that rules may use, and the bounds that keep any expression cheap.

Written as a CEL environment subset (https://github.com/google/cel-spec): whatever is not named here does not compile.
Left out on purpose: every operation on doubles (money is integer minor units), `has` (this runtime reads `has(order.paid)`
as the *value* of the dotted fact; `order.paid.known` asks the question), `map`, joined texts and conversions (they let
a short expression grow a large value), and `matches` (an adversarial pattern in a loop held a core for 26 seconds).

The runtime itself stops at 32 levels of nesting and 10,000 loop steps; `shape` refuses loops within loops and joined lists.
"""

from collections.abc import Mapping
from typing import Final

from cel_expr_python import cel  # type: ignore[import-untyped]

LONGEST_EXPRESSION: Final = 2_000
LONGEST_TEXT: Final = 2_000
LONGEST_LIST: Final = 200
LARGEST_MAP: Final = 50
KNOWN: Final = ".known"

RESERVED: Final[frozenset[str]] = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "null", "package", "return", "true", "var", "void", "while"}
)
FUNCTIONS: Final = (
    *("size", "startsWith", "endsWith", "contains", "timestamp", "duration"),
    *("all", "exists", "exists_one", "filter"),
)
ADVICE: Final[dict[str, str]] = {
    "has": "has is not part of rules; append .known to a fact to ask whether it is known",
    "map": "map is not part of rules; use exists, all, exists_one or filter",
    "matches": "matches is not part of rules; use startsWith, endsWith, contains or in",
    "double": "decimals are not part of rules; amounts are whole minor units",
}

BOOL: Final = cel.Type.BOOL
INT: Final = cel.Type.INT
STRING: Final = cel.Type.STRING
STRINGS: Final = cel.Type.List(cel.Type.STRING)
ATTRIBUTES: Final = cel.Type.Map(cel.Type.STRING, cel.Type.STRING)
TIMESTAMP: Final = cel.Type.TIMESTAMP

_SUBSET: Final = cel.NewEnvConfigFromYaml("""
name: rules
stdlib:
  include_macros: [all, exists, exists_one, filter]
  include_functions:
    - name: "_&&_"
    - name: "_||_"
    - name: "!_"
    - name: "_?_:_"
    - name: "@not_strictly_false"
    - name: "_==_"
    - name: "_!=_"
    - name: "@in"
    - name: "_[_]"
    - name: "size"
    - name: "startsWith"
    - name: "endsWith"
    - name: "contains"
    - {name: "timestamp", overloads: [{id: string_to_timestamp}]}
    - {name: "duration", overloads: [{id: string_to_duration}]}
    - {name: "_<_", overloads: [{id: less_int64}, {id: less_timestamp}, {id: less_duration}]}
    - {name: "_<=_", overloads: [{id: less_equals_int64}, {id: less_equals_timestamp}, {id: less_equals_duration}]}
    - {name: "_>_", overloads: [{id: greater_int64}, {id: greater_timestamp}, {id: greater_duration}]}
    - {name: "_>=_", overloads: [{id: greater_equals_int64}, {id: greater_equals_timestamp}, {id: greater_equals_duration}]}
    - {name: "-_", overloads: [{id: negate_int64}]}
    - {name: "_*_", overloads: [{id: multiply_int64}]}
    - {name: "_/_", overloads: [{id: divide_int64}]}
    - {name: "_%_", overloads: [{id: modulo_int64}]}
    - name: "_+_"
      overloads: [{id: add_int64}, {id: add_list}, {id: add_timestamp_duration}, {id: add_duration_timestamp}, {id: add_duration_duration}]
    - name: "_-_"
      overloads: [{id: subtract_int64}, {id: subtract_timestamp_timestamp}, {id: subtract_timestamp_duration}, {id: subtract_duration_duration}]
""")


def environment(variables: Mapping[str, object]) -> cel.Env:
    """Return the CEL environment of a fact set: its typed dotted variables, and for each a boolean `<fact>.known`."""
    known = {name + KNOWN: BOOL for name in variables}
    return cel.NewEnv(config=_SUBSET, variables={**variables, **known})

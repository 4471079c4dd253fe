"""What a step after the commit makes of the answer that was prepared before."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Another status and further headers, as 202 and the `Location` of an operation; a replay repeats them."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

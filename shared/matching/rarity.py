"""How much a word of a name tells: 1 for a word of one company's own, towards 0 for a word everybody carries."""

from collections.abc import Iterable, Mapping
from math import log
from typing import Final

from shared.matching.latin import tokens_of
from shared.matching.tables import lines

TokenRarity = Mapping[str, float]
GENERIC: Final = 0.4  # what a listed generic word tells as long as nobody has counted


def _words(name: str) -> frozenset[str]:
    return frozenset(token for line in lines(name) for word in line.split() for token in tokens_of(word))


_PLACES: Final = _words("place_words.txt")
_GENERIC: Final = _words("generic_words.txt") | _PLACES


def is_generic(token: str) -> bool:
    """Tell whether the word is one of those very many companies carry."""
    return token in _GENERIC


def is_place(token: str) -> bool:
    """Tell whether the word names a country or region."""
    return token in _PLACES


def rarity_from_counts(counts: Mapping[str, int], total: int) -> dict[str, float]:
    """Return the rarity of each word from the number of companies carrying it among `total`: log(n/k) / log(n)."""
    if total < 2:
        return dict.fromkeys(counts, 1.0)
    return {token: max(0.0, log(total / max(count, 1)) / log(total)) for token, count in counts.items()}


def rarity(token: str, counted: TokenRarity | None = None) -> float:
    """Return what one word tells, from the tenant's own counts where it has them, else from the list of generic words."""
    default = GENERIC if token in _GENERIC else 1.0
    return default if counted is None else min(counted.get(token, 1.0), default)


def joint_rarity(tokens: Iterable[str], counted: TokenRarity | None = None) -> float:
    """Return what words tell together: 1 − Π(1 − rarity), so two common words tell more than one."""
    untold = 1.0
    for token in sorted(tokens):  # a product of floats depends on its order
        untold *= 1.0 - rarity(token, counted)
    return 1.0 - untold

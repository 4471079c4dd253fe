"""The words for people: one file a language, read when it is first needed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "labels"


class NoLabel(LookupError):
    """There are no words for this; a contract test finds out before anybody else does."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language, by section: objects, plurals, fields, states, actions, values, home."""

    sections: Mapping[str, Mapping[str, str]]

    def of(self, section: str, name: str, *, within: str = "") -> str:
        """Return the label of a name; one given `within` an object or a path goes before the general one.

        `within="deal.customer"` and `name="name"` look for `deal.customer.name`, `customer.name` and `name`, in this order.
        Raises NoLabel where there is none.
        """
        labels, path = self.sections[section], [*within.split("."), name] if within else [name]
        for start in range(len(path)):
            found = labels.get(".".join(path[start:]))
            if found is not None:
                return found
        raise NoLabel(f"{section}: {'.'.join(path)}")


@cache
def labels_in(language: str) -> Labels:
    """Return the labels of a language."""
    return Labels(json.loads((_FOLDER / f"{language}.json").read_text()))

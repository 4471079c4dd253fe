"""The names of real companies that the pairs are made of; data/SOURCES.md says where they come from."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("data") / "companies.tsv"
# Endings of names in the registers, for looks of our own at a name: what is measured has a table of its own.
_ENDINGS: Final = re.compile(
    r"[\s,.(]+(public limited company|designated activity company|co|company|inc|incorporated|corp|corporation|ltd|limited|llc|llp|lp|plc|gmbh|mbh|ag|kg|ug|eg|se|sa|s\.a|sas|"
    r"sarl|s\.?r\.?l|s\.?p\.?a|spa|srl|b\.?v|n\.?v|a\.?s|a/s|aps|ab|oy|oyj|asa|kk|k\.k|kft|zrt|nyrt|rt|d\.?d|d\.?o\.?o|"
    r"s\.?r\.?o|sp\.? z o\.?o|pty|pvt|pte|bhd|sdn|jsc|ojsc|cjsc|ooo|pjsc|ad|uab|sia|ou)[\s.,)]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A company as it stands in a register: its name, and its country in ISO 3166-1 alpha-2."""

    name: str
    country: str
    register: str

    @property
    def core(self) -> str:
        """The name without its legal form, as far as an ending tells it."""
        core = self.name
        while (shorter := _ENDINGS.sub("", core).strip(" ,.-(")) != core and len(shorter) > 1:
            core = shorter
        return core

    @property
    def signature(self) -> str:
        """The letters and digits of the core, lower case: equal for spellings that only people would call different."""
        return "".join(letter for letter in self.core.casefold() if letter.isalnum())


@cache
def listed() -> tuple[Listed, ...]:
    """Return all companies, in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(Listed(name=name, country=country, register=register) for country, name, register in rows)

"""Under which texts something is found: keys that say what it is of, and values whose byte order is that of what they stand for. Pure.

A key is `m:campaign` for metadata, `c:region` for a custom field, `n:seats` for a custom field by its number,
`r:vendor:crm:opportunity` for the references of a side to a kind of object in another system.
"""

import re
from decimal import Decimal
from typing import Any, Final, Literal

Side = Literal["vendor", "partner"]
METADATA, FIELD, NUMBER, REFERENCE = "m:", "c:", "n:", "r:"
LONGEST: Final = 500
"""Characters: a longer text of a custom field cannot be looked for, since an index holds 2,700 bytes of a row."""
NUMERIC: Final = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")


def written(value: Any) -> str:
    """Return a value of a custom field as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def reference_key(owner: str, system: str, type_: str) -> str:
    """Return the key of a side's references to a kind of object in a system."""
    return REFERENCE + ":".join(part.replace("%", "%25").replace(":", "%3A") for part in (owner, system, type_))


def in_order(number: Decimal) -> str:
    """Return a text for a number; the texts of two numbers are in byte order as the numbers are, and equal as they are.

    A sign, how many places the number has before the point, its digits. Below zero all of it is turned around, and a mark
    beyond all digits closes it, so that the longer of two with the same beginning, which is the lesser, comes first.
    """
    if not number:
        return "1"
    normal = number.normalize()
    digits = "".join(map(str, normal.as_tuple().digits))
    places = f"{normal.adjusted() + 50:02d}"
    if number > 0:
        return f"2{places}{digits}"
    turned = str.maketrans("0123456789", "9876543210")
    return f"0{(places + digits).translate(turned)}~"

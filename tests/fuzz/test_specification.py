"""Whatever is sent by whomever, the answer is one that the specification promises; and everything it offers can be done.

The cases are made by schemathesis from the merged specification and sent over HTTP to the whole product. CI sends
10,000 of one seed; `make fuzz` as many as it is told, of a seed that it says.
"""

import pytest

from tests.fuzz.cases import operations
from tests.fuzz.known import crowded, settled_in
from tests.fuzz.portal import Portal
from tests.fuzz.product import Product
from tests.fuzz.run import CASES, SEED, fuzz

# As many tests as keep two workers busy; each in a place of its own, which its cases wear out.
PARTS = 8
MOST_UNREACHED = 0.05


@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_as_the_specification_says(product: Product, part: int) -> None:
    known = settled_in(product)

    findings = fuzz(known, list(operations())[part::PARTS], count=CASES // PARTS, seed=SEED + part)

    assert not findings.wrong, str(findings)
    assert findings.sent == CASES // PARTS


def test_every_operation_can_be_used_by_somebody_with_what_a_portal_knows(product: Product) -> None:
    findings = Portal(crowded(product)).uses_everything()

    unreached = sorted({each.label for each in operations()} - findings.reached())
    assert not findings.wrong, str(findings)
    assert len(unreached) <= MOST_UNREACHED * len(operations()), f"Not reached: {', '.join(unreached)}"

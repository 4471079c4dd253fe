"""What a likeness means for a registration: SPEC D-b, steps 4 and 6.

Codes tell the kind of evidence, never whose it is, so they may be shown to the one who asks.
"""

from dataclasses import dataclass
from typing import Final, Literal

from shared.matching.score import Score

ENGINE_VERSION: Final = "2"  # part of every stored result; raised when the same input may give another answer

Verdict = Literal["none", "possible", "probable", "blocking", "related"]
ReasonCode = Literal[
    "same_tax_id",
    "same_domain",
    "domain_of_same_house",
    "domain_of_parent",
    "same_name",
    "similar_name",
    "generic_name",
    "same_contact",
    "same_address",
    "other_country",
    "parent_or_subsidiary",
    "same_group_other_country",
    "exclusive_claim",
    "other_products",
    "other_territory",
    "other_period",
    "other_project",
    "own_registration",
    "installed_base",
    "named_account",
    "recently_registered",
    "lead_offered",
    "vendor_direct",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where the classes begin, 0..1; set per program and stored with each result."""

    possible: float = 0.50
    probable: float = 0.70
    certain: float = 0.90

    def __post_init__(self) -> None:
        if not 0 < self.possible <= self.probable <= self.certain <= 1:
            raise ValueError("thresholds must rise from possible through probable to certain, within 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far two registrations of one customer meet.

    `product_overlap` is the Jaccard index of their product families, `project_likeness` compares project names and is None
    where either has none.
    """

    product_overlap: float = 1.0
    territory_overlaps: bool = True
    period_overlaps: bool = True
    project_likeness: float | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """The class of a match, the reasons for it in the order of weight, and the engine that decided."""

    verdict: Verdict
    reasons: tuple[ReasonCode, ...]
    engine_version: str = ENGINE_VERSION


DEFAULT_THRESHOLDS: Final = Thresholds()
EVERYWHERE: Final = Scope()
_SAME_PROJECT: Final = 0.40
_TELLING: Final = 0.75
_EVIDENCE: Final[tuple[tuple[str, ReasonCode], ...]] = (
    ("tax_id", "same_tax_id"),
    ("domain", "same_domain"),
    ("domain_alias", "domain_of_same_house"),
    ("domain_parent", "domain_of_parent"),
    ("contact", "same_contact"),
    ("address", "same_address"),
    ("country_mismatch", "other_country"),
)


def classify(
    score: Score,
    *,
    overlapping_exclusive_claim: bool,
    scope: Scope = EVERYWHERE,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Classification:
    """Return the class of a match and why.

    `blocking` needs a certain match and an overlapping exclusive claim; `probable` is for a reviewer; `possible` only flags;
    `related` (parent, subsidiary, another company of the group) is for a human whatever the score. The same customer for
    other products, territories or periods is `none` with the reason, for information.
    """
    if score.value < thresholds.possible:
        return Classification("none", ())
    evidence = _evidence(score)
    if apart := _apart(scope):
        return Classification("none", (*evidence, *apart))
    if score.relation == "same_group":
        return Classification("related", (*evidence, "same_group_other_country"))
    if score.relation == "related":
        return Classification("related", (*evidence, "parent_or_subsidiary"))
    if score.value < thresholds.probable:
        return Classification("possible", evidence)
    if scope.project_likeness is not None and scope.project_likeness < _SAME_PROJECT:
        return Classification("probable", (*evidence, "other_project"))
    if score.value >= thresholds.certain and overlapping_exclusive_claim:
        return Classification("blocking", (*evidence, "exclusive_claim"))
    return Classification("probable", evidence)


def _evidence(score: Score) -> tuple[ReasonCode, ...]:
    reasons: list[ReasonCode] = [code for feature, code in _EVIDENCE if score.features.get(feature, 0.0) > 0]
    if score.features.get("name", 0.0) > 0:
        reasons.append("same_name" if score.features["name_trigram"] == 1.0 else "similar_name")
        if score.features["name_rarity"] < _TELLING:
            reasons.append("generic_name")
    return tuple(reasons)


def _apart(scope: Scope) -> tuple[ReasonCode, ...]:
    apart: list[tuple[bool, ReasonCode]] = [
        (scope.product_overlap <= 0, "other_products"),
        (not scope.territory_overlaps, "other_territory"),
        (not scope.period_overlaps, "other_period"),
    ]
    return tuple(code for is_apart, code in apart if is_apart)

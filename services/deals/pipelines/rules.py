"""What a pipeline is, what is wrong with a draft of one, and whether a deal may enter a stage. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.errors import Fault, Invalid
from shared.rules import PASS, FactSet, InvalidRule, Kind, Mode, Policy, Rule

WON, LOST = "won", "lost"
ENDS: Final = (WON, LOST)
UNSPECIFIED: Final = "unspecified"
FACTS: Final = FactSet(
    "deal_stage",
    {
        "deal.amount": Kind.MONEY,
        "deal.currency": Kind.STRING,
        "deal.product_family": Kind.STRING,
        "deal.completeness": Kind.INT,
        "deal.from_lead": Kind.BOOL,
        "deal.stage": Kind.STRING,
        "deal.days_in_stage": Kind.INT,
        "deal.days_to_close": Kind.INT,
        "deal.custom_fields": Kind.ATTRIBUTES,
        "customer.country": Kind.STRING,
        "partner.tier": Kind.STRING,
    },
)
# What a stage may ask for, by the member of a deal that has it.
REQUIRABLE: Final[Mapping[str, str]] = {
    "amount": "amount",
    "expected_close_on": "expected_close_on",
    "next_step": "next_step",
    "customer.domain": "customer_domain",
    "customer.country": "customer_country",
    "customer.tax_id": "customer_tax_id",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its prior of being won in percent, what it asks for, how long a deal may stay, and where it may go.

    `moves_to` None leads to every other stage.
    """

    code: str
    probability: int
    required_fields: tuple[str, ...] = ()
    entry_rules: tuple[Rule, ...] = ()
    max_age_days: int | None = None
    moves_to: tuple[str, ...] | None = None
    label: Mapping[str, str | None] | None = None

    def due(self, entered_at: datetime) -> datetime | None:
        """Return when a deal has been here for as long as it may."""
        return None if self.max_age_days is None else entered_at + timedelta(days=self.max_age_days)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sale ends as it does: a code, and what it is called."""

    code: str
    label: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One version of a pipeline; its id is None for the built-in one."""

    id: str | None
    stages: tuple[Stage, ...]
    won_reasons: tuple[Reason, ...]
    lost_reasons: tuple[Reason, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its stages, in their order."""
        return tuple(each.code for each in self.stages)

    @property
    def first(self) -> Stage:
        """Where a deal begins."""
        return self.stages[0]

    def stage(self, code: str) -> Stage | None:
        """Return a stage by its code, None when the pipeline has no such stage."""
        return next((each for each in self.stages if each.code == code), None)

    def leads_back(self, old: str, new: str) -> bool:
        """Whether a move goes towards the beginning; one from a stage that is not of this pipeline does not."""
        return old in self.codes and self.codes.index(new) < self.codes.index(old)


_LATE: Final = ("amount", "expected_close_on")
BUILT_IN: Final = Pipeline(
    None,
    (
        Stage("prospect", 10),
        Stage("qualified", 25, max_age_days=60),
        Stage("technical_validation", 45, ("amount",), max_age_days=60),
        Stage("business_validation", 65, _LATE, max_age_days=60),
        Stage("committed", 85, _LATE, max_age_days=45),
    ),
    tuple(Reason(code) for code in ("product_fit", "price", "relationship", "service", UNSPECIFIED)),
    tuple(
        Reason(code)
        for code in ("price", "product_fit", "competitor", "no_budget", "no_decision", "timing", "other", UNSPECIFIED)
    ),
)
STAGES: Final = BUILT_IN.codes


def pipeline_of(row: Mapping[str, Any]) -> Pipeline:
    """Return the pipeline in a row, or in a draft of one, without checking it again."""
    return Pipeline(
        row["id"],
        tuple(_stage(each) for each in row["stages"]),
        tuple(Reason(each["code"], each["label"]) for each in row["won_reasons"]),
        tuple(Reason(each["code"], each["label"]) for each in row["lost_reasons"]),
    )


def document(pipeline: Pipeline) -> dict[str, Any]:
    """Return a pipeline's stages and reasons as they are stored and shown."""
    return {
        "stages": [
            {
                "code": each.code,
                "label": each.label,
                "probability": each.probability,
                "required_fields": list(each.required_fields),
                "entry_rules": [{"code": r.code, "when": r.when, "reason": r.reason} for r in each.entry_rules],
                "max_age_days": each.max_age_days,
                "moves_to": None if each.moves_to is None else list(each.moves_to),
            }
            for each in pipeline.stages
        ],
        "won_reasons": [{"code": each.code, "label": each.label} for each in pipeline.won_reasons],
        "lost_reasons": [{"code": each.code, "label": each.label} for each in pipeline.lost_reasons],
    }


def _stage(each: Mapping[str, Any]) -> Stage:
    rules = tuple(Rule(code=rule["code"], when=rule["when"], reason=rule["reason"]) for rule in each["entry_rules"])
    moves_to = each["moves_to"]
    return Stage(
        each["code"],
        each["probability"],
        tuple(each["required_fields"]),
        rules,
        each["max_age_days"],
        None if moves_to is None else tuple(moves_to),
        each["label"],
    )


def require_sound(pipeline: Pipeline) -> None:
    """Raise InvalidRule naming every fault of a draft, with pointers such as /stages/2/entry_rules/0/when."""
    faults = [*_faults_of_stages(pipeline.stages)]
    for name in ("won_reasons", "lost_reasons"):
        codes = [each.code for each in getattr(pipeline, name)]
        faults += [
            Fault(f"/{name}/{index}/code", "duplicate_code", "Each reason has a code of its own.")
            for index in _repeated(codes)
        ]
    if faults:
        raise InvalidRule(errors=faults)


def _faults_of_stages(stages: Sequence[Stage]) -> Iterator[Fault]:
    codes = [each.code for each in stages]
    for index in _repeated(codes):
        yield Fault(f"/stages/{index}/code", "duplicate_code", "Each stage has a code of its own.")
    for index, stage in enumerate(stages):
        at = f"/stages/{index}"
        if stage.code in ENDS:
            yield Fault(f"{at}/code", "reserved_code", "won and lost are how a deal ends, and no stages.")
        for place, code in enumerate(stage.moves_to or ()):
            if code not in codes or code == stage.code:
                yield Fault(f"{at}/moves_to/{place}", "unknown_stage", "No other stage of the pipeline has this code.")
        yield from _faults_of_rules(stage, at=f"{at}/entry_rules")


def _faults_of_rules(stage: Stage, *, at: str) -> Iterator[Fault]:
    try:
        _policy(stage)
    except InvalidRule as invalid:
        for fault in invalid.errors:
            yield replace(fault, pointer=at + fault.pointer.removeprefix("/rules"))


def _repeated(codes: Sequence[str]) -> Iterator[int]:
    return (index for index, code in enumerate(codes) if code in codes[:index])


def _policy(stage: Stage) -> Policy | None:
    """Return the entry rules of a stage as a policy; raises InvalidRule for one that cannot be used."""
    if not stage.entry_rules:
        return None
    return Policy(name=stage.code, version=1, facts=FACTS, mode=Mode.ALL_OF, rules=stage.entry_rules, default=PASS)


def require_way(pipeline: Pipeline, *, old: str, new: str, reason: str | None) -> Stage:
    """Return the stage a deal moves to.

    Raises Invalid for one that the pipeline has not or does not lead to from here, and for going back without a reason.
    """
    stage = pipeline.stage(new)
    if stage is None:
        names = ", ".join(pipeline.codes)
        raise Invalid(errors=[Fault("/stage", "unknown_stage", f"The stages are {names}; won and lost are actions.")])
    here = pipeline.stage(old)
    if here is not None and here.moves_to is not None and new not in here.moves_to:
        names = ", ".join(here.moves_to) or "-"
        raise Invalid(errors=[Fault("/stage", "move_not_allowed", f"From here a deal moves to: {names}.")])
    if reason is None and pipeline.leads_back(old, new):
        raise Invalid(errors=[Fault("/reason", "required", "Say why the deal goes back.")])
    return stage


def require_enterable(stage: Stage, *, known: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Raise Invalid naming every field the stage needs that is not known of the deal, and every rule that does not hold."""
    faults = [
        Fault(f"/{name.replace('.', '/')}", "required_for_stage", f"The stage {stage.code} needs it.")
        for name in stage.required_fields
        if known[REQUIRABLE[name]] is None
    ]
    policy = _policy(stage)
    failed: Collection[str] = policy.evaluate(facts).reasons if policy is not None else ()
    faults += [Fault("/stage", "entry_rule_failed", f"The rule {code} of this stage does not hold.") for code in failed]
    if faults:
        raise Invalid(errors=faults)


def reason_code(listed: Sequence[Reason], given: str | None, *, said: str | None = None) -> str:
    """Return the code a sale ends with; a list that has `unspecified`, or is empty, lets it be left out.

    What is said in words is the code where it is one (ADR 13). Raises Invalid at /reason_code for a code that is not listed,
    or none where one is needed.
    """
    codes = [each.code for each in listed]
    if given is None and said in codes:
        given = said
    if given is None:
        if not codes or UNSPECIFIED in codes:
            return UNSPECIFIED
        raise Invalid(errors=[Fault("/reason_code", "required", f"Say why: one of {', '.join(codes)}.")])
    if given not in codes and not (given == UNSPECIFIED and not codes):
        raise Invalid(errors=[Fault("/reason_code", "unknown_reason", f"The reasons are {', '.join(codes)}.")])
    return given

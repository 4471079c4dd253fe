"""What a company found on the register means for the one who asks: SPEC D-b, steps 3 to 6. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from services.deals.conflict_policies.rules import BUILT_IN, ConflictPolicy
from services.deals.screening import scope as scopes
from services.deals.screening.scope import Extent, scope_of
from services.deals.screening.verdicts import NOTES, SEVERITY, Source, is_note, summed_up
from shared.errors import Conflict
from shared.matching import ENGINE_VERSION, Company, ReasonCode, Scope, Score, Verdict, classify, identity_score

DealType = Literal["new", "expansion", "renewal"]
NEEDS_A_CASE: Final[frozenset[Verdict]] = frozenset({"probable", "related", "blocking"})
MOST_FINDINGS: Final = 20
_KEPT: Final = ("name", "domain", "country", "tax_id", "lei", "duns", "address")
_RELATED: Final[frozenset[ReasonCode]] = frozenset({"parent_or_subsidiary", "same_group_other_country"})
_RIVALS: Final[frozenset[Source]] = frozenset({"registration", "licence"})


class ConflictUndecided(Conflict):
    """A conflict case of this registration is not decided yet: resolve it first."""

    code, title = "conflict_undecided", "The conflict is not decided"


class ConflictUpheld(Conflict):
    """The conflict of this registration was upheld."""

    code, title = "conflict_upheld", "The conflict was upheld"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be registered or checked; `customer_id` is the customer its keys name, if any."""

    company: Company
    product_family: str
    customer_id: str | None
    extent: Extent = Extent()
    deal_id: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry to compare with: a live registration, one that ended or was won, a licence, a named account, an offered lead.

    `protects` is whether it holds the customer exclusively now.
    """

    deal_id: str | None
    partner_id: str | None
    customer_id: str | None
    product_family: str
    company: Company
    protects: bool
    source: Source = "registration"
    extent: Extent = Extent()
    lead_id: str | None = None
    direct_opportunity_id: str | None = None
    licence_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry compared: its class, why, and everything needed to compute it again."""

    rival: Registered
    verdict: Verdict
    reasons: tuple[ReasonCode, ...]
    score: float
    features: Mapping[str, float]
    scope: Scope
    same_customer: bool

    @property
    def is_of_record(self) -> bool:
        """Whether the customer uses the same products already, by a licence of which the one who asks is partner of record."""
        is_own = self.rival.source == "installed_base" and self.rival.licence_id is not None
        return is_own and self.is_note and self.same_customer and self.scope.product_overlap > 0

    @property
    def is_note(self) -> bool:
        """Whether it is only told of: no class, but something to know."""
        return is_note(self.verdict, self.reasons, self.rival.source)

    def to_json(self) -> dict[str, object]:
        """Return the finding as a case stores it; it names the rival and is for the vendor only."""
        return {
            "source": self.rival.source,
            "deal_id": self.rival.deal_id,
            "lead_id": self.rival.lead_id,
            "direct_opportunity_id": self.rival.direct_opportunity_id,
            "licence_id": self.rival.licence_id,
            "partner_id": self.rival.partner_id,
            "customer_id": self.rival.customer_id,
            "customer": shown(self.rival.company),
            "protects": self.rival.protects,
            "same_customer": self.same_customer,
            "class": self.verdict,
            "reasons": list(self.reasons),
            "score": f"{self.score:.4f}",
            "features": {name: f"{strength:.4f}" for name, strength in self.features.items()},
            "scope": scopes.to_json(self.scope),
        }

    def to_trace(self) -> dict[str, object]:
        """Return the finding in short, as the trace of a decision keeps it: whom it names, and why."""
        rival = self.rival
        named = {
            "deal_id": rival.deal_id,
            "lead_id": rival.lead_id,
            "direct_opportunity_id": rival.direct_opportunity_id,
            "partner_id": rival.partner_id,
            "customer_id": rival.customer_id,
        }
        told = {"source": rival.source, "class": self.verdict, "reasons": list(self.reasons)}
        return {**told, "score": f"{self.score:.4f}", **{name: id for name, id in named.items() if id is not None}}


@dataclass(frozen=True, slots=True)
class Screening:
    """The verdict over all entries: the worst class, and the reasons of the entries that are in it."""

    conflict_class: Verdict
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    engine_version: str = ENGINE_VERSION
    policy: ConflictPolicy = BUILT_IN
    deal_type: DealType = "new"

    @property
    def needs_a_case(self) -> bool:
        """Whether a person has to decide it."""
        return self.conflict_class in NEEDS_A_CASE


CLEAR: Final = Screening("none", ())


def blocked(screening: Screening) -> Screening:
    """Return the screening of one who lost the race for the customer after having been screened."""
    return replace(screening, conflict_class="blocking", reasons=("exclusive_claim",))


def compare(asked: Asked, rival: Registered, *, policy: ConflictPolicy = BUILT_IN) -> Finding:
    """Return how an entry of the register stands to what is asked."""
    return _compared(asked, rival, identity_score(asked.company, rival.company, weights=policy.weights), policy)


def matters(asked: Asked, company: Company, *, customer_id: str | None, policy: ConflictPolicy) -> bool:
    """Tell whether a company is like enough to the one asked about for its entries to be read: of less, nothing is told."""
    if customer_id is not None and customer_id == asked.customer_id:
        return True
    return identity_score(asked.company, company, weights=policy.weights).value >= policy.thresholds.possible


def likest(asked: Asked, companies: Sequence[Company], *, policy: ConflictPolicy) -> Company:
    """Return what a candidate is known as that is most like the company asked about; of several, the first."""
    if len(companies) == 1:
        return companies[0]
    return max(companies, key=lambda each: identity_score(asked.company, each, weights=policy.weights).value)


def compare_all(asked: Asked, entries: Sequence[Registered], *, policy: ConflictPolicy = BUILT_IN) -> list[Finding]:
    """Return how each entry stands to what is asked; a customer with many entries is compared once."""
    scores: dict[Company, Score] = {}
    found: list[Finding] = []
    for entry in entries:
        if entry.company not in scores:
            scores[entry.company] = identity_score(asked.company, entry.company, weights=policy.weights)
        found.append(_compared(asked, entry, scores[entry.company], policy))
    return found


def judged(
    score: Score, *, scope: Scope, same_customer: bool, source: Source, protects: bool, policy: ConflictPolicy
) -> tuple[Score, Verdict, tuple[ReasonCode, ...]]:
    """Return the score, the class and the reasons of an entry.

    A customer named by the same unique key is certain, however differently its name is written. What is no live registration
    of another partner, no licence of its and no sale of the vendor's, is a note, whatever its likeness; only a named account
    under another name flags.
    """
    if same_customer:
        score = replace(score, value=1.0, relation="same_group" if score.relation == "same_group" else "same")
    found = classify(
        score,
        overlapping_exclusive_claim=protects and source == "registration",
        scope=scope,
        thresholds=policy.thresholds,
    )
    if source == "registration":
        return score, found.verdict, found.reasons
    if source == "direct_opportunity":
        told: tuple[ReasonCode, ...] = () if found.verdict == "none" else ("vendor_direct",)
        return score, found.verdict, (*found.reasons, *told)
    if source == "licence" and found.verdict != "none":
        return score, found.verdict, (*found.reasons, "installed_base")
    apart = found.verdict == "none" and source not in ("installed_base", "licence", "named_account")
    if score.value < policy.thresholds.possible or apart:
        return score, "none", ()
    reasons = (*found.reasons, NOTES[source])
    flags = source == "named_account" and not same_customer and score.value >= policy.thresholds.probable
    return score, "possible" if flags else "none", reasons


def own_alike(screening: Screening) -> list[Finding]:
    """Return the partner's own registrations, of now and of before, of customers that look like this one, the likest first.

    They meet it in products, place and time. Those of a customer that the same key names are not among them, nor of a parent,
    a subsidiary or a sister.
    """
    return [
        each
        for each in screening.findings
        if each.rival.source == "own_registration"
        and each.rival.deal_id is not None
        and not each.same_customer
        and each.is_note
        and _RELATED.isdisjoint(each.reasons)
    ]


def is_likely(finding: Finding, *, policy: ConflictPolicy) -> bool:
    """Tell whether an entry is so like that it is taken for the same customer; of less, a person decides."""
    return finding.score >= policy.thresholds.probable


def verdict_over(findings: Sequence[Finding], *, policy: ConflictPolicy = BUILT_IN) -> Screening:
    """Return the verdict over all entries; entries without any conflict are left out of it, and of its reasons.

    Nobody stands in the way of a partner of record that renews what the customer has from it.
    """
    renews = any(each.is_of_record for each in findings)
    telling = [each for each in findings if each.verdict != "none" and not (renews and each.rival.source in _RIVALS)]
    ranked = sorted(telling, key=lambda each: (-SEVERITY[each.verdict], -each.score, each.rival.deal_id or ""))
    notes = [each for each in findings if each.is_note]
    gravest, reasons = summed_up((each.verdict, each.reasons, each.rival.source) for each in (*ranked, *notes))
    kept = (*ranked, *sorted(notes, key=lambda each: (-each.score, each.rival.deal_id or "")))
    return Screening(gravest, reasons, kept[:MOST_FINDINGS], policy=policy, deal_type=_deal_type(findings))


def shown(company: Company) -> dict[str, str | None]:
    """Return a company as a result keeps it: without how its people are reached."""
    return {part: getattr(company, part) for part in _KEPT}


def company_shown(kept: Mapping[str, Any]) -> Company:
    """Return the company that a result was kept with."""
    return Company(**{part: kept[part] for part in _KEPT})


def _compared(asked: Asked, rival: Registered, score: Score, policy: ConflictPolicy) -> Finding:
    scope = scope_of(asked.extent, rival.extent, same_family=rival.product_family == asked.product_family)
    if rival.source == "named_account":
        scope = Scope()
    same_customer = rival.customer_id is not None and rival.customer_id == asked.customer_id
    score, verdict, reasons = judged(
        score, scope=scope, same_customer=same_customer, source=rival.source, protects=rival.protects, policy=policy
    )
    return Finding(rival, verdict, reasons, score.value, dict(score.features), scope, same_customer)


def _deal_type(findings: Sequence[Finding]) -> DealType:
    """What is sold to a customer that bought before: the same again, or something beside it."""
    bought = [each for each in findings if each.rival.source in ("installed_base", "licence") and each.reasons]
    if not bought:
        return "new"
    return "renewal" if any(each.scope.product_overlap > 0 for each in bought) else "expansion"

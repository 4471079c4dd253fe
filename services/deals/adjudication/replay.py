"""Computing a case again from what was stored with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson

from services.deals.adjudication.schemas import ConflictReplay, JudgementOut, ReplayedOut
from services.deals.conflict_policies.queries import policy_shown
from services.deals.conflict_policies.rules import ConflictPolicy, terms_of
from services.deals.directory.queries import tier_of
from services.deals.screening import scope as scopes
from services.deals.screening.queries import CONFLICT_CASES
from services.deals.screening.rules import company_shown, judged
from services.deals.screening.verdicts import worst_of
from shared.auth.sides import vendor_only
from shared.db.read import Read
from shared.errors import Conflict
from shared.matching import ENGINE_VERSION, Company, identity_score

# A mailbox that both have; at a mail provider, it says nothing of a domain.
_SAME: Final = "somebody@gmail.com"
_HOUSE: Final = "house.example"


class NotReplayable(Conflict):
    """What was compared was not kept with this case yet, so it cannot be computed again."""

    code, title = "not_replayable", "The case cannot be computed again"


async def replay(read: Read, *, case_id: str) -> ConflictReplay:
    """Return a case as stored, computed again by its own terms, and by the policy in force; nothing is changed."""
    vendor_only(read.caller)
    case = await read.get(CONFLICT_CASES, case_id)
    kept = {name: orjson.loads(case[name]) if case[name] else None for name in ("customer", "policy", "findings")}
    if kept["customer"] is None or kept["policy"] is None:
        raise NotReplayable()
    now = await policy_shown(read, tier=await tier_of(read, case["partner_id"]))
    asked, then = company_shown(kept["customer"]), terms_of(kept["policy"])
    findings = [_replayed(asked, each, then=then, now=now) for each in kept["findings"] or ()]
    return ConflictReplay(
        case_id=case["id"],
        stored_engine=case["engine_version"],
        engine=ENGINE_VERSION,
        stored_policy=then.version,
        policy=now.version,
        stored_class=case["class"],
        recomputed_class=worst_of(each.recomputed.conflict_class for each in findings),
        in_force_class=worst_of(each.in_force.conflict_class for each in findings),
        findings=findings,
        agrees=all(each.agrees for each in findings),
    )


def _replayed(asked: Company, kept: Mapping[str, Any], *, then: ConflictPolicy, now: ConflictPolicy) -> ReplayedOut:
    stored = JudgementOut(**{name: kept[name] for name in ("class", "reasons", "score", "features")})
    recomputed, in_force = _judged(asked, kept, then), _judged(asked, kept, now)
    return ReplayedOut(
        deal_id=kept["deal_id"],
        stored=stored,
        recomputed=recomputed,
        in_force=in_force,
        agrees=stored == recomputed,
    )


def _compared(asked: Company, kept: Mapping[str, Any]) -> tuple[Company, Company]:
    """Return the two companies that were compared. How their people are reached is not kept: a feature tells that it was the same."""
    one, two = _as_known(asked, kept), company_shown(kept["customer"])
    features = kept["features"]
    if "contact" in features:
        one, two = replace(one, email=_SAME), replace(two, email=_SAME)
    if "domain_alias" in features and not two.domain:
        # Both have a mailbox at it.
        one, two = (replace(each, alias_domains=(*each.alias_domains, _HOUSE)) for each in (one, two))
    return one, two


def _as_known(asked: Company, kept: Mapping[str, Any]) -> Company:
    """Return the company with what was known then of its house: the features tell, whatever is known of it now."""
    domain, features = kept["customer"]["domain"], kept["features"]
    if domain and "domain_parent" in features:
        return replace(asked, parent_domains=(domain,))
    return replace(asked, alias_domains=(domain,)) if domain and "domain_alias" in features else asked


def _judged(asked: Company, kept: Mapping[str, Any], policy: ConflictPolicy) -> JudgementOut:
    score, verdict, reasons = judged(
        identity_score(*_compared(asked, kept), weights=policy.weights),
        scope=scopes.from_json(kept["scope"]),
        same_customer=kept["same_customer"],
        source=kept["source"],
        protects=kept["protects"],
        policy=policy,
    )
    told: dict[str, Any] = {
        "class": verdict,
        "reasons": list(reasons),
        "score": f"{score.value:.4f}",
        "features": {name: f"{strength:.4f}" for name, strength in score.features.items()},
    }
    return JudgementOut(**told)

"""What a member with listed values decides, where its schema does not say so itself: by `Schema.member`, or by its name."""

from collections.abc import Mapping
from typing import Any, Final

MEANINGS: Final[Mapping[str, str]] = {
    "AccountTeamPatch.role": "What the person does for the partner.",
    "CompletenessOut.missing": "What a reviewer will ask for.",
    "DealActivityIn.kind": "What was done.",
    "DealActivityIn.visibility": "`shared` is for both sides; of `internal` nobody on a partner's side ever hears.",
    "DealActivityOut.kind": "What was done.",
    "DealActivityOut.visibility": "`shared` is for both sides; of `internal` nobody on a partner's side ever hears.",
    "DealNoteIn.visibility": "`shared` is for both sides; of `internal` nobody on a partner's side ever hears.",
    "DealNoteOut.visibility": "`shared` is for both sides; of `internal` nobody on a partner's side ever hears.",
    "DeliveryOut.status": "Whether the receiver has taken it; `failed` is not tried again by itself.",
    "DuplicateRuleIn.action": "What becomes of a second registration: refused, taken into the first, or decided by a person.",
    "DuplicateRuleOut.action": "What becomes of a second registration: refused, taken into the first, or decided by a person.",
    "EarningOut.kind": "Earned by a sale, trued up when a band was passed, adjusted by a recalculation, or taken back for a return.",
    "EarningOut.status": "How far it is on its way to being paid.",
    "EngagementOut.status": "How far the partner is in it; once it has ended, the partner does not find it any more.",
    "EvidenceOut.side": "The side that has given it.",
    "LicenceAllowanceIn.kind": "Not for resale, or to show.",
    "LicenceAllowanceOut.kind": "Not for resale, or to show.",
    "LicenceIn.kind": "Whether it is paid for, tried out, not for resale, or to show.",
    "LicenceOut.kind": "Whether it is paid for, tried out, not for resale, or to show.",
    "OAuthClientIn.kind": "`confidential` keeps a secret on a server; `public` runs where it cannot, and uses PKCE.",
    "ParticipantOut.role": "What the partner does for the deal; `source` is the one it belongs to.",
    "PriceStepOut.kind": "What the step is: the list's price, a quantity break, a promotion or a special price.",
    "QuoteIn.locale": "In which language its document is, where nobody asks for another.",
    "QuotePatch.locale": "In which language its document is, where nobody asks for another.",
    "QuoteOut.locale": "In which language its document is, where nobody asks for another.",
    "OrderCheckIn.outcome": "What becomes of an order for which the check does not hold: a person decides, or it is rejected.",
    "OrderIn.kind": "Who serves it: the vendor, a distributor's stock that it fills, or a partner that sells on.",
    "QuoteOrderIn.kind": "Who serves it: the vendor, a distributor's stock that it fills, or a partner that sells on.",
    "OrderInvoiceOut.kind": "Whether it asks for money or gives it back.",
    "OrderMatchOut.source": "What it was counted from: a delivery, or a line of a sell-out report.",
    "OrderOut.kind": "Who serves it: the vendor, a distributor's stock that it fills, or a partner that sells on.",
    "ProtectionExpiredData.reason": "Whether its time was over, nothing had happened in it, or its partner is one no more.",
    "QualityPartOut.name": "Won of what ended, moving of what is protected, kept from expiring, and shown with evidence.",
    "PosMatchOut.reason": "Why it was matched, or why a person has to look.",
    "PreviewedStepOut.mode": "Whether all approvers are asked at once, or one after the other.",
    "ReceiptOut.status": "`sealed` once a signed head covers the record; until then there is nothing to prove it by.",
    "RelationshipIn.kind": "How the partner above is to the one below: its parent company, its distributor, or the whole of which it is a location.",
    "ResolutionIn.identity": "Whether the customers of both claims are one, which merges them, or two, which keeps them apart.",
    "StepIn.mode": "Whether all approvers are asked at once, or one after the other.",
    "StepOut.mode": "Whether all approvers are asked at once, or one after the other.",
    "RuleIn.outcome": "What becomes of a deal for which the rule does not hold: a person decides, or it is rejected.",
    "BaselineOut.method": "The mean of the same season, or exponential smoothing where less than two years are known.",
    "TouchOut.kind": "What the partner had to do with the deal.",
    "applies_to": "The object that gets the field.",
    "below_floor": "What becomes of a special price below the floor: a second person decides as well, or it is refused.",
    "charge": "Whether it is paid for once, or again and again.",
    "charge_period": "How often a recurring charge comes.",
    "cause": "What the vendor owes while the clock stands still: `extension` is a decision about more time, `review` one about "
    "what has changed of the deal.",
    "class": "How surely somebody else holds the customer; from `probable` on a person decides.",
    "decision": "What the person says to the app.",
    "stored_class": "What it came to when the deal was screened.",
    "recomputed_class": "What it comes to now, under the policy that it was screened by.",
    "in_force_class": "What it comes to under the policy that is in force now.",
    "default": "What an application comes to when no rule speaks.",
    "doubts": "Why the figures should be read with care.",
    "extensions_decided_by": "Whether the policy gives more time at once, or a person decides.",
    "grant_type": "What the token is asked for with (RFC 6749).",
    "direction": "Towards the end, back, out of the pipeline, into it again, or to another version of it.",
    "horizon": "A calendar month or a calendar quarter.",
    "level": "Whom the assignment is for; the narrowest that fits a sale stands.",
    "method": "What is to be done, as in HTTP.",
    "mode": "`marginal` pays each part of an attainment by its own band, `retroactive` all of it by the band it has reached.",
    "on_termination": "What becomes of the protections of a partner that is terminated.",
    "outcome": "What it has come to.",
    "over_quota": "What becomes of a registration with evidence beyond the quota: a person decides, or it is refused.",
    "period": "Over which time attainment adds up.",
    "required_fields": "What must be known of a deal before it enters the stage.",
    "resolution": (
        "`upheld` keeps the earlier claim, `rejected_match` sees no conflict, `split_scope` divides the countries, `dual` lets both"
        " stand, `customer_choice` follows the customer."
    ),
    "side": "The vendor's, or a partner's.",
    "source": "What was found: a live registration of another or of one's own, a sale, another's licence, a named account, one that ended, or a lead.",
    "stage": "How far the sale has come.",
    "status": "Where it stands.",
    "terms_from": "Where quantity and price of the term are from: the request, a quote, an order, or the term before.",
    "team_role": "What the person does for the partner in its account team.",
    "type": "What kind of value it holds.",
    "weekday": "The day of each week on which these hours are.",
}


def describe_values(spec: Mapping[str, Any]) -> None:
    """Put a description at every member of a specification that lists its values and has none."""
    for schema, described in spec["components"]["schemas"].items():
        for name, member in described.get("properties", {}).items():
            meaning = MEANINGS.get(f"{schema}.{name}", MEANINGS.get(name))
            if meaning is not None and "description" not in member and _lists_values(member):
                member["description"] = meaning


def _lists_values(member: Mapping[str, Any]) -> bool:
    return any("enum" in each for each in (member, member.get("items", {}), *member.get("anyOf", ())))

"""Company identity: normalise, keys, score, classify. Pure functions, the same answer on every machine.

identity_keys(company)     the unique keys that decide which customer a company is
blocking_keys(company)     the equality keys that bring likely candidates together
shortlist(company, …)      which of many candidates are worth scoring
identity_score(a, b)       how likely two companies are one, with its features
classify(score, ...)       what that means for a registration, with reason codes
"""

from shared.matching.classify import (
    DEFAULT_THRESHOLDS,
    ENGINE_VERSION,
    Classification,
    ReasonCode,
    Scope,
    Thresholds,
    Verdict,
    classify,
)
from shared.matching.company import Company, email_key, record_key
from shared.matching.domains import DomainVerdict, judge_domain, registrable_domain
from shared.matching.keys import (
    IdentityKey,
    blocking_keys,
    identity_keys,
    is_identified,
    key_weight,
    keys_of_domain,
    keys_of_tax_id,
)
from shared.matching.normalise import NormalisedName, name_key
from shared.matching.phones import phone_key
from shared.matching.projects import project_likeness
from shared.matching.rarity import TokenRarity, rarity_from_counts
from shared.matching.score import DEFAULT_WEIGHTS, Relation, Score, Weights, identity_score
from shared.matching.shortlist import likest_name, shortlist
from shared.matching.tax_ids import TaxId, tax_id_key

__all__ = [
    "DEFAULT_THRESHOLDS",
    "DEFAULT_WEIGHTS",
    "ENGINE_VERSION",
    "Classification",
    "Company",
    "DomainVerdict",
    "IdentityKey",
    "NormalisedName",
    "ReasonCode",
    "Relation",
    "Scope",
    "Score",
    "TaxId",
    "Thresholds",
    "TokenRarity",
    "Verdict",
    "Weights",
    "blocking_keys",
    "classify",
    "email_key",
    "identity_keys",
    "identity_score",
    "is_identified",
    "judge_domain",
    "key_weight",
    "keys_of_domain",
    "keys_of_tax_id",
    "likest_name",
    "name_key",
    "phone_key",
    "project_likeness",
    "rarity_from_counts",
    "record_key",
    "registrable_domain",
    "shortlist",
    "tax_id_key",
]

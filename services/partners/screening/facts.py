"""What screening knows of an application, and the policy that counts until the vendor publishes one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.matching import judge_domain, name_key, tax_id_key
from shared.rules import PASS, FactSet, Kind, Mode, Policy, Rule

APPLICATION: Final = FactSet(
    "application",
    {
        "application.country": Kind.STRING,
        "application.email_domain": Kind.STRING,
        "application.free_mail": Kind.BOOL,
        "application.site_domain": Kind.STRING,
        "application.site_mail_mismatch": Kind.BOOL,
        "application.tax_id_given": Kind.BOOL,
        "application.tax_id_valid": Kind.BOOL,
        "application.partner_types": Kind.STRINGS,
        "application.duplicate_partner": Kind.BOOL,
        "application.duplicate_application": Kind.BOOL,
        "application.recently_rejected": Kind.BOOL,
        "application.denied_party": Kind.BOOL,
        "application.competitor": Kind.BOOL,
    },
)

BUILT_IN: Final = Policy(
    name="Built-in screening",
    version=0,
    facts=APPLICATION,
    mode=Mode.WORST_OF,
    default=PASS,
    rules=(
        Rule(
            code="duplicate_partner", when="application.duplicate_partner", reason="A partner of this identity exists"
        ),
        Rule(
            code="duplicate_application",
            when="application.duplicate_application",
            reason="Another application of this company is open",
        ),
        Rule(
            code="recently_rejected",
            when="application.recently_rejected",
            reason="This company was rejected less than 30 days ago",
        ),
        Rule(code="free_mail", when="application.free_mail", reason="The contact writes from a free mail service"),
        Rule(
            code="site_mail_mismatch",
            when="application.site_mail_mismatch",
            reason="The website and the contact's address are of different domains",
        ),
        Rule(
            code="tax_id_invalid",
            when="application.tax_id_given && !application.tax_id_valid",
            reason="The tax number does not hold",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """What an applicant says of itself, as far as screening goes."""

    legal_name: str
    country: str
    website: str | None
    tax_id: str | None
    email: str
    partner_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the applicant stands to partners and applications the vendor has already; ids where there is one."""

    duplicate_partner: str | None = None
    duplicate_application: str | None = None
    recently_rejected: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """The vendor's lists that belong to a version of its policy."""

    denied_parties: tuple[str, ...] = ()
    competitor_domains: tuple[str, ...] = ()


def facts_of(applicant: Applicant, standing: Standing, lists: Lists) -> Mapping[str, object]:
    """Return the facts of an application by name; none is a personal field, for traces repeat them."""
    mail, site = judge_domain(applicant.email), judge_domain(applicant.website or "")
    number = tax_id_key(applicant.tax_id, applicant.country) if applicant.tax_id else None
    return {
        "application.country": applicant.country,
        "application.email_domain": mail.domain,
        "application.free_mail": mail.reason == "free_mail",
        "application.site_domain": site.domain,
        "application.site_mail_mismatch": mail.usable and site.usable and mail.domain != site.domain,
        "application.tax_id_given": number is not None,
        "application.tax_id_valid": number is not None and number.valid,
        "application.partner_types": list(applicant.partner_types),
        "application.duplicate_partner": standing.duplicate_partner is not None,
        "application.duplicate_application": standing.duplicate_application is not None,
        "application.recently_rejected": standing.recently_rejected,
        "application.denied_party": _is_denied(applicant, lists.denied_parties),
        "application.competitor": _is_any({mail.domain, site.domain}, lists.competitor_domains),
    }


def _is_denied(applicant: Applicant, denied: Iterable[str]) -> bool:
    """Compare names without legal form, script or word order; a listed tax number counts as well."""
    name = name_key(applicant.legal_name, applicant.country)
    number = tax_id_key(applicant.tax_id, applicant.country) if applicant.tax_id else None
    for entry in denied:
        if name.distinctive and name_key(entry, applicant.country).sorted_key == name.sorted_key:
            return True
        if number is not None and number.valid and tax_id_key(entry, applicant.country) == number:
            return True
    return False


def _is_any(domains: set[str | None], listed: Iterable[str]) -> bool:
    return any(judge_domain(each).domain in domains - {None} for each in listed)

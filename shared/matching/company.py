"""What is known of a company, and the same made comparable once."""

from collections.abc import Hashable, Iterator
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from typing import Final

from shared.matching.domains import domain_label, judge_domain, named_by_domain, registrable_domain
from shared.matching.latin import tokens_of
from shared.matching.normalise import NormalisedName, name_key
from shared.matching.phones import phone_key
from shared.matching.tax_ids import TaxId, tax_id_key

_COUNTRIES: Final = {"UK": "GB", "EL": "GR"}
_DOTLESS_MAIL: Final = frozenset({"gmail.com", "googlemail.com"})  # one mailbox with or without dots
_STREETS: Final = {
    **dict.fromkeys(["str", "strasse", "street", "strada", "strasse"], "st"),
    **dict.fromkeys(["utca", "u"], "utca"),
    **dict.fromkeys(["ut"], "ut"),
    **dict.fromkeys(["road"], "rd"),
    **dict.fromkeys(["avenue", "avenida", "av"], "ave"),
    **dict.fromkeys(["boulevard", "bulvar", "korut", "krt"], "blvd"),
    **dict.fromkeys(["ulitsa", "ulica", "ul"], "ul"),
    **dict.fromkeys(["platz", "plac", "place", "plaza", "piazza", "ter"], "pl"),
    **dict.fromkeys(["suite", "floor", "emelet", "building"], ""),
}


@dataclass(frozen=True, slots=True)
class Company:
    """A company as somebody typed it: country in ISO 3166-1 alpha-2, everything else free text.

    `alias_domains` and `parent_domains` come from the tenant's own table of domains of one house.
    """

    name: str
    _: KW_ONLY
    country: str | None = None
    domain: str | None = None
    alias_domains: tuple[str, ...] = ()
    parent_domains: tuple[str, ...] = ()
    tax_id: str | None = None
    lei: str | None = None
    duns: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A company in the forms that are compared; only identifying domains and valid numbers are in it."""

    name: NormalisedName
    country: str | None
    domain: str | None
    alias_domains: frozenset[str]
    parent_domains: frozenset[str]
    tax_ids: frozenset[TaxId]
    email: str | None
    phone: str | None
    address: tuple[str, ...]
    trigrams: frozenset[str]


@lru_cache(maxsize=4096)
def profile_of(company: Company) -> Profile:
    """Return the comparable form of a company; kept for the companies compared last, so a screening makes each once."""
    country = country_code(company.country)
    own_name = named_by_domain(company.name)
    known_domain = company.domain or own_name
    domain = registrable_domain(known_domain) if known_domain else None
    known_as = domain_label(domain) if domain and (own_name or not company.name.strip()) else company.name
    name = name_key(known_as, country)
    mail_domain = registrable_domain(company.email) if company.email and "@" in company.email else None
    aliases = {registrable_domain(alias) for alias in company.alias_domains} | {mail_domain}
    return Profile(
        name=name,
        country=country,
        domain=domain,
        alias_domains=frozenset(alias for alias in aliases if alias and alias != domain),
        parent_domains=frozenset(parent for text in company.parent_domains if (parent := registrable_domain(text))),
        tax_ids=frozenset(_tax_ids(company, country)),
        email=email_key(company.email) if company.email else None,
        phone=phone_key(company.phone, country) if company.phone else None,
        address=_address(company.address) if company.address else (),
        trigrams=frozenset(trigrams(name.tokens)),
    )


def record_key(company: Company) -> tuple[Hashable, ...]:
    """Return what a company is compared by: no score tells two companies apart that have the same."""
    profile = profile_of(company)
    parts = (profile.domain, profile.alias_domains, profile.parent_domains, profile.tax_ids)
    return profile.name.text, profile.country, *parts, profile.email, profile.phone, profile.address


def email_key(text: str) -> str | None:
    """Return the mailbox an address reaches, lower case and without a +tag, or None when it is no mail address."""
    mailbox, at, host = text.strip().rstrip(">").rpartition("@")
    mailbox = mailbox.rpartition("<")[2].partition("+")[0].lower()
    if not at or not mailbox or any(letter.isspace() for letter in mailbox):
        return None
    if judge_domain(host).domain is None:
        return None
    if host.lower() in _DOTLESS_MAIL:
        return f"{mailbox.replace('.', '')}@gmail.com"
    return f"{mailbox}@{host.lower().rstrip('.')}"


def trigrams(tokens: tuple[str, ...]) -> Iterator[str]:
    """Yield the letter trigrams of each word, padded two before and one after, so that beginnings weigh most."""
    for token in tokens:
        padded = f"  {token} "
        for start in range(len(padded) - 2):
            yield padded[start : start + 3]


def country_code(text: str | None) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country as typed, None where nothing is."""
    code = (text or "").strip().upper()
    return _COUNTRIES.get(code, code) or None


def _tax_ids(company: Company, country: str | None) -> Iterator[TaxId]:
    if company.tax_id and (tax_id := tax_id_key(company.tax_id, country)).valid:
        yield tax_id
    if company.lei and (lei := tax_id_key(f"LEI {company.lei}")).valid:
        yield lei
    if company.duns and (duns := tax_id_key(f"DUNS {company.duns}")).valid:
        yield duns


def _address(text: str) -> tuple[str, ...]:
    tokens = (_STREETS.get(token, token) for token in tokens_of(text))
    return tuple(sorted({token for token in tokens if token}))

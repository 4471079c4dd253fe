"""The registrable domain of an address, a link or a host, and whether it can stand for one company.

What is registrable is read from the Mozilla Public Suffix List (https://publicsuffix.org) as bundled with `publicsuffixlist`;
no network is used. Domains are returned in ASCII (A-labels, RFC 5890), lower case.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from publicsuffixlist import PublicSuffixList

from shared.matching.tables import lines

Reason = Literal[
    "usable",
    "empty",
    "malformed",
    "ip_address",
    "public_suffix",
    "free_mail",
    "social_network",
    "site_builder",
    "marketplace",
    "parking",
    "registrar",
    "private_name",
]

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^mailto:", re.IGNORECASE)
_LONGEST_HOST: Final = 253
_DOTS: Final = str.maketrans("。．｡", "...")  # the full stops IDNA reads as a dot


@dataclass(frozen=True, slots=True)
class DomainVerdict:
    """What an address says about its owner: the registrable domain, whether it identifies a company, and why not."""

    domain: str | None
    usable: bool
    reason: Reason


def registrable_domain(text: str) -> str | None:
    """Return the domain that identifies a company (mail.acme.co.uk is acme.co.uk), or None where none does."""
    verdict = judge_domain(text)
    return verdict.domain if verdict.usable else None


def judge_domain(text: str) -> DomainVerdict:
    """Return the registrable domain of a host, URL or mail address with the reason it may not identify a company."""
    if not text.strip():
        return DomainVerdict(None, False, "empty")
    written = _host(text)
    if re.fullmatch(r"[0-9.]+|\[.*\]?", written):
        return DomainVerdict(None, False, "ip_address")
    host = _ascii(written)
    if host is None:
        return DomainVerdict(None, False, "malformed")
    if (shared := _shared_reason(host)) is not None:
        return DomainVerdict(_suffixes().privatesuffix(host), False, shared)
    domain = _suffixes().privatesuffix(host)
    if domain is None:
        return DomainVerdict(None, False, "public_suffix" if "." in host else "malformed")
    if domain in _FREE_MAIL or domain.partition(".")[0] in _FREE_MAIL_FAMILIES:
        return DomainVerdict(domain, False, "free_mail")
    return DomainVerdict(domain, True, "usable")


def domain_label(domain: str) -> str:
    """Return the part of a registrable domain its owner chose, readable: xn--mller-kva.de is müller."""
    label = domain.partition(".")[0]
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label  # a label nobody can read still tells domains apart


def named_by_domain(name: str) -> str | None:
    """Return the registrable domain a company is called by when its name is nothing but that: "mueller-mb.de"."""
    if "." not in name or " " in name.strip() or name.rpartition(".")[2] != name.rpartition(".")[2].lower():
        return None
    domain = registrable_domain(name)
    return domain if domain is not None and _suffixes().publicsuffix(domain, accept_unknown=False) else None


@cache
def _suffixes() -> PublicSuffixList:
    # Ten thousand rules, read when the first domain is judged: a start does not wait for them.
    return PublicSuffixList()


def _host(text: str) -> str:
    rest = _SCHEME.sub("", text.strip())
    rest = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    rest = rest.rpartition("@")[2].rstrip("> ,;")
    return re.sub(r":\d*$", "", rest) if not rest.startswith("[") else rest


def _ascii(host: str) -> str | None:
    """Return the host as A-labels, keeping letters such as ß as IDNA 2008 does, or None when it is not a host name."""
    labels = unicodedata.normalize("NFKC", host.translate(_DOTS).lower()).rstrip(".").split(".")
    encoded = [label if label.isascii() else _a_label(label) for label in labels]
    if not all(_LABEL.fullmatch(label) for label in encoded) or sum(map(len, encoded)) + len(encoded) > _LONGEST_HOST:
        return None
    return ".".join(encoded)


def _a_label(label: str) -> str:
    if not all(letter in "-_" or unicodedata.category(letter)[0] in "LMN" for letter in label):
        return ""
    return f"xn--{label.encode('punycode').decode('ascii')}"


def _shared_reason(host: str) -> Reason | None:
    parent = host
    while parent:
        reason = _SHARED.get(parent)
        if reason is not None and not (reason == "site_builder" and _has_own_label(host, parent)):
            return reason
        parent = parent.partition(".")[2]
    return None


def _has_own_label(host: str, builder: str) -> bool:
    domain = _suffixes().privatesuffix(host)
    return domain is not None and domain.endswith("." + builder)


def _free_mail() -> Iterator[str]:
    for line in lines("free_mail.txt"):
        yield from line.split()


def _shared_hosts() -> Iterator[tuple[str, Reason]]:
    reasons: dict[str, Reason] = {
        "social_network": "social_network",
        "site_builder": "site_builder",
        "marketplace": "marketplace",
        "parking": "parking",
        "registrar": "registrar",
        "private_name": "private_name",
    }
    for line in lines("shared_hosts.txt"):
        reason, _, hosts = line.partition("|")
        for host in hosts.split():
            yield host, reasons[reason.strip()]


_FREE_MAIL: Final = frozenset(_free_mail())
_FREE_MAIL_FAMILIES: Final = frozenset(domain.removesuffix(".*") for domain in _FREE_MAIL if domain.endswith(".*"))
_SHARED: Final = dict(_shared_hosts())

"""The words of a document in each language, and how dates and amounts are written there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.values.money import Money, to_major

# Figures stay together on one line.
_UNBROKEN: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """What a document says beside what its quote says; `{0}`, `{1}` are values."""

    quote: str
    number: str
    version: str
    issued: str
    valid_until: str
    customer: str
    offered_by: str
    vendor: str
    amounts_in: str
    item: str
    quantity: str
    unit_price: str
    discount: str
    net: str
    quantity_break: str
    promotion: str
    special_price: str
    contains: str
    charged: Mapping[str | None, str]
    of_it: str
    net_total: str
    total: str
    no_tax: str
    terms: str
    page: str
    day: str
    thousands: str
    decimal: str

    def amount(self, minor: int, currency: str) -> str:
        """Return an amount as it is written in this language, with the decimals of its currency, without its code."""
        whole, point, fraction = to_major(Money(abs(minor), currency)).partition(".")
        groups = f"{int(whole):,}".replace(",", self.thousands)
        return f"{'-' if minor < 0 else ''}{groups}{self.decimal if point else ''}{fraction}"

    def count(self, number: int) -> str:
        """Return a number of pieces as it is written in this language."""
        return f"{number:,}".replace(",", self.thousands)

    def date(self, at: datetime) -> str:
        """Return the day of an instant in UTC."""
        return at.strftime(self.day)

    def instant(self, at: datetime) -> str:
        """Return an instant to the minute, with the name of its zone."""
        return f"{self.date(at)} {at:%H:%M} UTC"


WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        quote="Quote",
        number="Number",
        version="Version",
        issued="Issued on",
        valid_until="Valid until",
        customer="Customer",
        offered_by="Offered by",
        vendor="Products of",
        amounts_in="All amounts in {0}",
        item="Item",
        quantity="Quantity",
        unit_price="Unit price",
        discount="Discount",
        net="Net",
        quantity_break="Quantity break from {0}",
        promotion="Promotion: {0}",
        special_price="Special price",
        contains="Contains",
        charged={None: "once", "month": "per month", "quarter": "per quarter", "year": "per year"},
        of_it="Of which {0}",
        net_total="Net amount",
        total="Total",
        no_tax="Taxes are not included.",
        terms="Terms",
        page="Page {0} of {1}",
        day="%Y-%m-%d",
        thousands=",",
        decimal=".",
    ),
    "de": Words(
        quote="Angebot",
        number="Nummer",
        version="Fassung",
        issued="Ausgestellt am",
        valid_until="Gültig bis",
        customer="Kunde",
        offered_by="Angeboten von",
        vendor="Produkte von",
        amounts_in="Alle Beträge in {0}",
        item="Position",
        quantity="Menge",
        unit_price="Einzelpreis",
        discount="Nachlass",
        net="Netto",
        quantity_break="Mengenstaffel ab {0}",
        promotion="Aktion: {0}",
        special_price="Sonderpreis",
        contains="Enthält",
        charged={None: "einmalig", "month": "pro Monat", "quarter": "pro Quartal", "year": "pro Jahr"},
        of_it="Davon {0}",
        net_total="Nettobetrag",
        total="Gesamtbetrag",
        no_tax="Steuern sind nicht enthalten.",
        terms="Bedingungen",
        page="Seite {0} von {1}",
        day="%d.%m.%Y",
        thousands=".",
        decimal=",",
    ),
    "hu": Words(
        quote="Árajánlat",
        number="Szám",
        version="Változat",
        issued="Kiállítva",
        valid_until="Érvényes eddig",
        customer="Ügyfél",
        offered_by="Ajánlattevő",
        vendor="A termékek gyártója",
        amounts_in="Minden összeg pénzneme: {0}",
        item="Tétel",
        quantity="Mennyiség",
        unit_price="Egységár",
        discount="Kedvezmény",
        net="Nettó",
        quantity_break="Mennyiségi kedvezmény {0} darabtól",
        promotion="Akció: {0}",
        special_price="Különleges ár",
        contains="Tartalma",
        charged={None: "egyszer", "month": "havonta", "quarter": "negyedévente", "year": "évente"},
        of_it="Ebből {0}",
        net_total="Nettó összeg",
        total="Végösszeg",
        no_tax="Az árak adót nem tartalmaznak.",
        terms="Feltételek",
        page="{0}. oldal, összesen {1}",
        day="%Y. %m. %d.",
        thousands=_UNBROKEN,
        decimal=",",
    ),
}

"""Events of deals that a test hands over itself: what was delivered or invoiced, what came back, and how a deal is shared."""

from datetime import UTC, date, datetime, time, timedelta

from shared.events.catalog.attributions import AttributionSplit, SplitShare
from shared.events.catalog.deals import Amount, DealWon
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved
from shared.events.catalog.orders import OrderCredited, OrderMatched, OrderReturned
from shared.values.ids import new_id
from tests.system import Client

SPRING = date(2026, 3, 10)


class Arriving:
    """Makes events; nothing is delivered."""

    def match(
        self, partner: Client, amount: int, *, on: date = SPRING, deal: DealWon | None = None, family: str = "erp"
    ) -> OrderMatched:
        """The event of something delivered on a deal; nothing is delivered to anybody."""
        at = _noon(on)
        return OrderMatched(
            match_id=new_id("omt", at=at),
            deal_id=deal.deal_id if deal else new_id("deal", at=at),
            partner_id=str(partner.partner_id),
            customer_id=None,
            source="fulfilment",
            order_id=new_id("ord", at=at),
            sku="GX-200",
            product_family=family,
            country="HU",
            quantity=1,
            net=Amount(amount=amount, currency="EUR"),
            happened_on=on,
        )

    def given_back(
        self, match: OrderMatched, amount: int | None = None, *, by: str | None = None, on: date | None = None
    ) -> OrderReturned:
        """The event of a return of all or part of what was delivered; `by` is the return where it is of several matches."""
        return OrderReturned(
            match_id=match.match_id,
            return_id=by or new_id("oret", at=_noon(on or match.happened_on)),
            deal_id=match.deal_id,
            partner_id=match.partner_id,
            order_id=match.order_id,
            sku=match.sku,
            product_family=match.product_family,
            quantity=1,
            net=Amount(amount=amount or match.net.amount, currency="EUR"),
            returned_on=on or match.happened_on,
        )

    def credited(
        self, match: OrderMatched, amount: int, *, by: str | None = None, on: date | None = None
    ) -> OrderCredited:
        """The event of what a credit note takes back of what was delivered; nothing is delivered."""
        day = on or match.happened_on
        return OrderCredited(
            invoice_id=by or new_id("oinv", at=_noon(day)),
            match_id=match.match_id,
            deal_id=match.deal_id,
            partner_id=match.partner_id,
            order_id=match.order_id or "",
            sku=match.sku,
            product_family=match.product_family,
            net=Amount(amount=amount, currency="EUR"),
            credited_on=day,
            credited_at=_noon(day),
        )

    def invoiced(
        self,
        partner: Client,
        amount: int,
        currency: str = "EUR",
        *,
        on: date = SPRING,
        deal: DealWon | None = None,
        licence: str | None = None,
        sku: str = "GX-100",
        kind: str | None = "commercial",
        term: int | None = 1,
    ) -> LicenceInvoiced:
        """The event of a month's invoice of a licence; nothing is delivered to anybody."""
        at = _noon(on)
        return LicenceInvoiced(
            invoice_id=new_id("linv", at=at),
            licence_id=licence or new_id("lic", at=at),
            deal_id=deal.deal_id if deal else None,
            partner_id=str(partner.partner_id),
            sku=sku,
            product_family="erp",
            country="HU",
            quantity=1,
            net=Amount(amount=amount, currency=currency),
            period_from=on,
            period_to=on + timedelta(days=30),
            happened_on=on,
            kind=kind,
            term_no=term,
        )

    def unserved(self, invoice: LicenceInvoiced, amount: int, *, on: date | None = None) -> LicenceUnserved:
        """The event of what an invoice asked for days that are not served; nothing is delivered."""
        return LicenceUnserved(
            invoice_id=invoice.invoice_id,
            licence_id=invoice.licence_id,
            deal_id=invoice.deal_id,
            partner_id=invoice.partner_id,
            sku=invoice.sku,
            product_family=invoice.product_family,
            net=Amount(amount=amount, currency=invoice.net.currency),
            happened_on=on or invoice.happened_on,
        )

    def split(
        self,
        sale: DealWon | OrderMatched,
        *shares: tuple[Client, int] | tuple[Client, int, date | None, date | None],
        number: int = 1,
        credit_type: str = "commission",
    ) -> AttributionSplit:
        """The event of a split that was locked or amended, by partner, in basis points; nothing is delivered."""
        after = [
            SplitShare(
                partner_id=str(partner.partner_id),
                role="co_sell",
                basis_points=basis_points,
                effective_from=days[0] if days else None,
                effective_to=days[1] if days else None,
            )
            for partner, basis_points, *days in shares
        ]
        return AttributionSplit(
            deal_id=sale.deal_id,
            credit_type=credit_type,
            split_version=number,
            why="locked" if number == 1 else "amended",
            before=[],
            after=after,
        )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)

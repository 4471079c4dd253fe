"""The noun `price-checks`: what something would cost a partner, and why; nothing is stored."""

from typing import Any

from services.deals.directory.queries import partner_of
from services.deals.pricing.queries import NoPriceList, Wanted, offer_to
from services.deals.pricing.schemas import PriceCheckIn, PriceCheckOut
from services.deals.pricing.shown import shown_line
from shared.errors import Fault, Invalid
from shared.web.params import Principal, Tx
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router

router = Router("price-checks")


@router.post(permission="price-lists:read", out=PriceCheckOut, problems=[NoPriceList])
async def check_price(body: PriceCheckIn, tx: Tx, caller: Principal) -> Reply:
    """What lines would cost a partner on a day: which price list applies, each step of each price, and what does not apply."""
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner that asks.")])
    partner, day = await partner_of(tx, partner_id), body.on or tx.now.date()
    wanted = [Wanted(each.sku, each.quantity) for each in body.lines]
    country = body.country or partner.country
    offer = await offer_to(tx, partner, wanted, currency=body.currency, country=country, day=day)
    if offer.faults:
        raise Invalid(errors=offer.faults)
    found = offer.choice.found
    assert found is not None
    lines: list[dict[str, Any]] = [shown_line(each, currency=body.currency) for each in offer.lines]
    total = {"amount": sum(each.priced.net for each in offer.lines), "currency": body.currency}
    others = [
        {"price_list_id": each.price_list_id, "name": each.name, "reason": each.reason}
        for each in offer.choice.rejected
    ]
    return Reply.json(
        {
            "object": "price_check",
            "price_list_id": found.id,
            "price_list": found.name,
            "on": day,
            "lines": lines,
            "total": total,
            "not_applied": others,
        },
        headers=dict(PRIVATE),
    )

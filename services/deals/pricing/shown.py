"""How a priced line is written down: in price checks, and for good in quotes. Pure."""

from typing import Any

from services.deals.pricing.queries import Line


def shown_line(line: Line, *, currency: str) -> dict[str, Any]:
    """Return a line with its steps and the promotions that do not apply; amounts are minor units of the currency."""
    return {
        "sku": line.wanted.sku,
        "name": line.name,
        "unit": line.unit,
        "quantity": line.wanted.quantity,
        "charge_period": line.charge_period,
        "net": {"amount": line.priced.net, "currency": currency},
        "steps": [
            {
                "kind": each.kind,
                "source": each.source,
                "name": each.name,
                "amount": {"amount": each.amount, "currency": currency},
            }
            for each in line.priced.steps
        ],
        "not_applied": [
            {"code": promotion.code, "name": promotion.name, "reason": reason}
            for promotion, reason in line.priced.rejected
            if reason != "outside_dates"
        ],
    }

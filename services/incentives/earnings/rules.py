"""The explanation of a line in words."""

from decimal import Decimal
from typing import Any

from shared.values.money import exponent

Trace = dict[str, Any]


def told(trace: Trace, *, kind: str, amount: int, currency: str) -> str:
    """Return why a line has its amount, in English sentences; amounts in major units."""
    parts = [_event(trace["event"]), _rule(trace)]
    if trace["split"] is not None:
        part = trace["split"]["part"]
        share = f"The partner's share is {trace['split']['pct']} %"
        parts.append(f"{share}: {_major(part['amount'], part['currency'])} {part['currency']}.")
    if trace["fx"] is not None:
        fx = trace["fx"]
        parts.append(
            f"Converted at {fx['rate']} {fx['quote']} for one {fx['base']} of {fx['effective_on']}:"
            f" {_major(fx['converted'], currency)} {currency}."
        )
    if trace["correction"] is not None:
        parts.append(_correction(trace["correction"], currency))
    elif trace["share"] is not None:
        parts.append(_share(trace["share"], currency))
    elif trace["bands"] is not None:
        parts.append(_bands(trace["bands"], currency))
    parts.append(f"{_KINDS[kind]}: {_major(amount, currency)} {currency}.")
    return " ".join(parts)


_KINDS = {
    "commission": "Commission",
    "true_up": "True-up of earlier sales in the period",
    "adjustment": "Adjustment",
    "clawback": "Taken back",
}
_BECAUSE = {
    "true_up": "The rate reached applies to the whole period, whose earlier sales now earn",
    "late_event": "An earlier sale or return arrived late",
    "recalculation": "The plan was recalculated",
    "split_changed": "The split of a deal was locked or amended",
    "credit_changed": "The credit note takes back another part of it",
    "tier_changed": "The partner's tier on that day is known differently now",
}


_HAPPENED = {
    "sale": "was won",
    "return": "came back in part or whole",
    "match": "was delivered in part or whole",
    "match_return": "was delivered and came back in part or whole",
    "match_credit": "was delivered and credited in part or whole",
    "licence_invoice": "was issued",
    "licence_unserved": "is in part or whole for days that are not served, by the cancellation",
}


def _event(event: Trace) -> str:
    money = event["amount"]
    licence = event.get("licence_id")
    sold = f"Invoice {event['id']} of licence {licence}" if licence else f"Deal {event['deal_id']}"
    return (
        f"{sold} {_HAPPENED[event['type']]} on {event['happened_on']}:"
        f" {_major(money['amount'], money['currency'])} {money['currency']}."
    )


def _rule(trace: Trace) -> str:
    plan = trace["plan"]
    return f"Plan {plan['name']}, version {plan['number']}, component {trace['component']}."


def _correction(correction: Trace, currency: str) -> str:
    before, now = correction["credited_before"], correction["credited_now"]
    return (
        f"{_BECAUSE[correction['because']]}: {_major(now, currency)} {currency} instead of"
        f" {_major(before, currency)} {currency}."
    )


def _share(share: Trace, currency: str) -> str:
    return (
        f"The sale had earned {_major(share['original'], currency)} {currency};"
        f" {_percent(Decimal(share['returned']) / Decimal(share['sold']))} of it is taken back on its original terms."
    )


def _bands(bands: Trace, currency: str) -> str:
    rise = (
        f"Attainment of {bands['period']} goes from {_major(bands['before'], currency)}"
        f" to {_major(bands['after'], currency)} {currency}."
    )
    steps = [
        f"{_major(step['amount'], currency)} at {_percent(Decimal(step['rate']))}"
        f" gives {_major(step['commission'], currency)}"
        for step in bands["steps"]
    ]
    return f"{rise} {'; '.join(steps)}." if steps else rise


def _major(minor: str | int, currency: str) -> str:
    """Return exact minor units in major units, with at least the decimals of the currency."""
    digits = exponent(currency)
    value = Decimal(minor).scaleb(-digits)
    exact = format(value.normalize(), "f")
    fixed = f"{value:.{digits}f}"
    return fixed if Decimal(fixed) == value else exact


def _percent(fraction: Decimal) -> str:
    return f"{format((fraction * 100).quantize(Decimal('0.0001')).normalize(), 'f')} %"

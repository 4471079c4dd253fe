"""Credit notes of orders: they take back their part of what was delivered, and nothing twice."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from services.deals.orders.rules import REST, Note, spread, taken_back
from tests.deals.make import World, events_of, submits, world
from tests.deals.ordering import accepted_order, fulfils, invoices, returns
from tests.system import Tenant


@pytest.mark.parametrize(
    ("kept", "returned", "invoiced", "credited", "taken"),
    [
        (1_000, 0, 900, 100, 100),  # less is asked for what was delivered
        (900, 100, 900, 100, 0),  # what was given back is taken back by its return
        (900, 100, 400, 100, 0),  # and half of what was delivered is not invoiced yet
        (900, 100, 1_000, 0, 0),  # its credit note is still to come
        (900, 100, 800, 200, 100),  # both
        (900, 100, 300, 200, 100),
        (400, 0, 400, 600, 0),  # what was not delivered
        (1_000, 0, 350, 50, 50),  # invoiced in part
        (650, 0, 0, 650, 650),
        (650, 0, 600, 650, 50),  # invoiced again, for less
        (0, 0, 0, 100, 0),
        (0, 0, 900, 100, 0),  # invoiced in advance; nothing is delivered yet
        (0, 500, 0, 500, 0),
    ],
)
def test_what_is_taken_back_is_what_was_delivered_kept_and_credited(
    kept: int, returned: int, invoiced: int, credited: int, taken: int
):
    assert taken_back(kept=kept, returned=returned, invoiced=invoiced, credited=credited) == taken


@dataclass
class Ledger:
    """An order of one SKU by its sums, as whatever happens to it adds up."""

    fulfilled: int = 0
    returned: int = 0
    invoiced: int = 0
    credited: int = 0

    def counts(self) -> int:
        """What it counts for now: what is kept, less what its credit notes take back."""
        kept = self.fulfilled - self.returned
        net = self.invoiced - self.credited
        return kept - taken_back(kept=kept, returned=self.returned, invoiced=net, credited=self.credited)

    def allows(self) -> bool:
        return self.returned <= self.fulfilled and self.credited <= self.invoiced


def played(steps: Sequence[tuple[str, int]]) -> list[int] | None:
    """What an order counts for after each of these steps, or None where one of them comes too early."""
    order, found = Ledger(), []
    for name, amount in steps:
        setattr(order, name, getattr(order, name) + amount)
        if not order.allows():
            return None
        found.append(order.counts())
    return found


def test_in_whatever_order_things_happen_they_count_the_same_in_the_end_and_a_return_counts_once():
    generator = random.Random(11)
    for _ in range(500):
        delivered = [("fulfilled", generator.randrange(1, 9) * 100) for _ in range(3)]
        kept = sum(amount for _, amount in delivered)
        given_back = generator.randrange(1, kept // 100 + 1) * 100
        invoices = generator.randrange(given_back, kept + 1)
        steps = [*delivered, ("invoiced", invoices), ("returned", given_back), ("credited", given_back)]
        ends = set()
        for _ in range(20):
            found = played(generator.sample(steps, len(steps)))
            if found is not None:
                ends.add(found[-1])
        assert ends <= {kept - given_back}

        let_off = generator.randrange(invoices - given_back + 1)
        more = [*steps, ("credited", let_off)]
        known = [played(generator.sample(more, len(more))) for _ in range(20)]
        assert {each[-1] for each in known if each is not None} <= {kept - given_back - let_off}


def test_notes_take_back_to_the_cent_never_more_than_is_left_and_move_nothing_without_need():
    generator = random.Random(7)
    for _ in range(300):
        rooms = {place: generator.randrange(1_000) for place in ("a", "b", "c", REST)}
        notes = [Note(f"{number}", generator.randrange(1, 900), {}) for number in range(3)]
        first = generator.randrange(min(sum(rooms.values()), sum(note.amount for note in notes)) + 1)
        found = spread(notes, total=first, rooms=rooms)
        again = [Note(note.id, note.amount, found[note.id]) for note in notes]
        less = spread(again, total=first // 2, rooms=rooms)

        assert spread(again, total=first, rooms=rooms | {"d": 50}) == found
        for spreads, total in ((found, first), (less, first // 2)):
            sums = {place: sum(each.get(place, 0) for each in spreads.values()) for place in rooms}
            assert sum(sums.values()) == total
            assert all(sums[place] <= rooms[place] for place in rooms)
            assert all(sum(spreads[note.id].values()) <= note.amount for note in notes)


async def credited(place: World) -> list[list[int]]:
    """What each credit note has been told to take back, by match, event by event."""
    found: dict[str, list[tuple[str, int]]] = {}
    for each in await events_of(place, "order.credited.v1"):
        found.setdefault(each["invoice_id"], []).append((each["sku"], each["net"]["amount"]))
    return [[amount for _, amount in sorted(each)] for each in found.values()]


async def settled(place: World, order: Any) -> int:
    """What the deal of an order counts, less what credit notes take back of it now."""
    now: dict[tuple[str, str], int] = {}
    for each in await events_of(place, "order.credited.v1"):
        now[each["invoice_id"], each["match_id"]] = each["net"]["amount"]
    matches = (await place.vendor.get("/v1/order-matches", deal_id=order["deal_id"]))["data"]
    return sum(each["amount"]["amount"] - each["returned"]["amount"] for each in matches) - sum(now.values())


async def test_a_credit_note_takes_back_its_part_of_each_delivery_once_and_a_return_of_the_same_nothing_more(
    tenant: Tenant,
):
    place = await world(tenant)
    seller = await place.partner()
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    await fulfils(place, order, 10, 4)
    await invoices(place, order, 60_000)
    note: dict[str, Any] = {"verb": "credit", "number": "CN-1", "source_reference": "CN-1"}

    for _ in range(2):
        assert (await invoices(place, order, 10_001, **note)).status == 200

    assert await credited(place) == [[3_847, 6_154]]
    assert await settled(place, order) == 54_999
    # A piece for 100.00 comes back, which is what was credited for; what else is left was not invoiced yet.
    assert (await returns(place, order, 0, 1)).status == 200
    assert await settled(place, order) == 54_999
    assert (await invoices(place, order, 5_000, number="INV-2")).status == 200
    assert await settled(place, order) == 54_999
    # What was let off is invoiced after all.
    assert (await invoices(place, order, 1, number="INV-3")).status == 200
    assert await settled(place, order) == 55_000


@pytest.mark.parametrize("first", [(10, 4), (4, 4)])
async def test_the_credit_note_of_a_return_takes_nothing_more_back_while_something_delivered_is_not_invoiced(
    tenant: Tenant, first: tuple[int, int]
):
    place = await world(tenant)
    seller = await place.partner()
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    await fulfils(place, order, *first)
    await invoices(place, order, 50_000)

    await returns(place, order, 0, 1)
    returned = await settled(place, order)
    await invoices(place, order, 10_000, verb="credit", number="CN-1")
    between = await settled(place, order)
    await fulfils(place, order, *(each - done for each, done in zip((10, 4), first, strict=True)))

    assert between == returned
    assert await settled(place, order) == 55_000


@pytest.mark.parametrize("closed", [False, True])
async def test_what_was_credited_whole_is_invoiced_anew_and_counts_again(tenant: Tenant, closed: bool):
    place = await world(tenant)
    seller = await place.partner()
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    path = f"/v1/orders/{order['id']}"
    await fulfils(place, order, 10, 4)
    await invoices(place, order, 65_000)
    if closed:
        await place.vendor.act(path, "close")
    assert "invoice" not in (await place.vendor.get(path))["allowed_actions"]

    await invoices(place, order, 65_000, verb="credit", number="CN-1")
    between = await settled(place, order)
    anew = await invoices(place, order, 64_000, number="INV-2")

    assert (between, await settled(place, order)) == (0, 64_000)
    assert (anew["status"], anew["invoiced"]["amount"]) == ("closed" if closed else "invoiced", 64_000)


async def test_what_was_invoiced_of_an_order_that_is_called_off_is_credited(tenant: Tenant):
    place = await world(tenant)
    order = await accepted_order(place, await place.partner())
    await invoices(place, order, 20_000)
    cancelled = await place.vendor.act(f"/v1/orders/{order['id']}", "cancel")

    credited_whole = await invoices(place, order, 20_000, verb="credit", number="CN-1")

    assert cancelled["allowed_actions"] == ["credit"]
    assert (credited_whole["status"], credited_whole["invoiced"]["amount"], credited_whole["allowed_actions"]) == (
        *("cancelled", 0),
        [],
    )
    assert (await invoices(place, order, 1, verb="credit", number="CN-2")).problem == "invalid_transition"


async def test_what_was_credited_before_it_is_delivered_is_taken_back_with_the_delivery(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    await invoices(place, order, 65_000)
    await invoices(place, order, 5_000, verb="credit", number="CN-1")
    assert await credited(place) == []

    await fulfils(place, order, 10)
    first = await settled(place, order)
    await fulfils(place, order, 0, 4)

    assert (first, await settled(place, order)) == (25_000, 60_000)


async def test_a_credit_note_from_before_is_looked_at_by_a_timer(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    await fulfils(place, order, 10, 4)
    await invoices(place, order, 65_000)
    database = tenant.system.superuser
    await database.execute(
        "INSERT INTO deals.order_invoices (tenant_id, id, version, created_at, updated_at, order_id, partner_id, kind, number,"
        " amount, currency, issued_on) SELECT tenant_id, 'oinv_01h455vb4pex5vsknk084sn02q', 1, created_at, updated_at, order_id,"
        " partner_id, 'credit_note', 'CN-1', 650, currency, issued_on FROM deals.order_invoices WHERE order_id = $1",
        order["id"],
    )
    await database.execute("UPDATE deals.orders SET invoiced_amount = 64350 WHERE id = $1", order["id"])
    await database.execute(
        "INSERT INTO deals.timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)"
        " VALUES ($1, 'order_credits', $2, now(), 'test', '{}', 0)",
        *(tenant.id, order["id"]),
    )

    await tenant.advance(hours=1)

    assert await settled(place, order) == 64_350

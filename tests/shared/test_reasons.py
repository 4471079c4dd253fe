"""Why something was done stands in the audit records of it, and a partner reads no reason that was not given to it."""

import pytest

from shared.audit import Difference, reason_told
from shared.auth.principal import FIRST_PARTY, Caller
from shared.web.reasons import members_of, reason_in
from tests.shared.conftest import caller_of
from tests.shared.sample import SubmitIn, notes

WHY = "The other one was first."
TOLD = {"decision_reason": {"from": None, "to": WHY}}
PLAIN = {"status": {"from": "draft", "to": "rejected"}}


@pytest.mark.parametrize(
    ("about", "changes", "withheld", "giver", "named", "told"),
    [
        (None, PLAIN, {}, None, False, True),  # what only the vendor reads
        ("ptr_acme", PLAIN, {}, "ptr_acme", False, True),  # its own people gave it
        ("ptr_acme", PLAIN, {}, None, True, True),  # the vendor gave it about this row
        ("ptr_acme", TOLD, {}, None, False, True),  # the row says so anyway
        ("ptr_acme", PLAIN, {}, None, False, False),  # the vendor gave it about another row
        ("ptr_acme", PLAIN, TOLD, None, True, False),  # the row keeps it from its partner
        ("ptr_acme", PLAIN, {}, "ptr_rival", False, False),  # a rival gave it
    ],
)
def test_a_reason_is_told_to_those_it_was_given_to(about, changes, withheld, giver, named, told):
    found = Difference(about, changes, {"salt": "s", "changes": withheld} if withheld else None)

    assert reason_told(WHY, found, giver=giver, named=named) == (WHY if told else None)


def test_a_body_says_why_in_words_or_with_a_code():
    class Both(SubmitIn):
        reason: str | None = None  # type: ignore[assignment]
        reason_code: str | None = None

    members = members_of(Both)

    assert (members_of(SubmitIn), members) == (("reason",), ("reason", "reason_code"))
    assert reason_in(Both(reason="words", reason_code="price"), members) == "words"
    assert reason_in(Both(reason_code="price"), members) == "price"
    assert reason_in(Both(), members) is None


async def test_the_reason_given_about_one_note_is_not_told_to_the_owner_of_another(service, acme, rival, tenant_id):
    first, second = await acme.note(), await rival.note()
    async with service.tx(caller_of(tenant_id)) as tx:
        tx.reason, tx.named = WHY, first["id"]
        for note in (first, second):
            await tx.update(notes, await tx.lock(notes, note["id"]), status="submitted")

    rows = await service.admin.fetch(
        "SELECT subject, reason FROM audit_records WHERE tenant_id = $1 AND action = 'test'", tenant_id
    )
    assert {row["subject"]: row["reason"] for row in rows} == {first["id"]: WHY, second["id"]: None}


@pytest.mark.parametrize(
    ("account", "client", "holder", "origin", "acting"),
    [
        ("acc_ann", FIRST_PARTY, None, None, ("acc_ann", None)),  # a person in the portal
        ("acc_ann", None, None, None, ("acc_ann", None)),
        ("key_1", "key_1", "acc_bob", None, ("key_1", "acc_bob")),  # a key, and whoever was shown it
        ("oac_1", "oac_1", "acc_bob", None, ("oac_1", "acc_bob")),  # an app by itself
        ("acc_ann", "oac_1", None, None, ("oac_1", "acc_ann")),  # an app that a person has let in
        (
            "acc_ann",
            "key_1",
            "acc_bob",
            "https://p.example",
            ("key_1", "acc_ann"),
        ),  # a page for a seller, made by a key
        ("key_1", "key_1", "acc_bob", "https://p.example", ("key_1", "acc_bob")),  # a page for nobody in particular
        ("acc_ann", FIRST_PARTY, "acc_bob", "https://p.example", ("acc_bob", "acc_ann")),  # … made by a person
        ("acc_bob", FIRST_PARTY, "acc_bob", "https://p.example", ("acc_bob", None)),
        ("service:deals", "service:deals", None, None, ("service:deals", None)),
    ],
)
def test_the_actor_is_who_does_it_and_on_behalf_of_is_for_whom(account, client, holder, origin, acting):
    caller = Caller("vendor", "tnt_1", account, None, "*:*", client_id=client, holder_id=holder, origin=origin)

    assert caller.acting == acting
    assert caller.answerable_id == (holder or account), "who answers for it is always a person"

"""Audit records: who changed what, and never a personal value; and the feed that the sealed log is made of."""

import pytest

from shared.audit import difference, digest_of
from tests.shared import sample
from tests.shared.conftest import caller_of


async def trail(service, subject):
    rows = await service.admin.fetch(
        "SELECT *, changes::text AS written FROM audit_records WHERE subject = $1 ORDER BY subject_version", subject
    )
    return [dict(row) for row in rows]


async def test_every_change_is_told_with_its_author_its_reason_and_its_request(service, acme):
    headers = {"request-id": "req-of-the-first"}
    note = await acme.send("POST", "/v1/notes", {"title": "a", "rank": 3}, headers=headers)
    await acme.submit(note)

    created, submitted = await trail(service, note["id"])

    assert (created["action"], created["subject_version"], created["request_id"]) == (
        "create_note",
        1,
        "req-of-the-first",
    )
    assert (submitted["action"], submitted["subject_version"], submitted["reason"]) == ("submit_note", 2, "time")
    assert created["actor_id"] == submitted["actor_id"] and created["actor_id"].startswith("acc_")
    assert submitted["written"] == '{"status": {"to": "submitted", "from": "draft"}}'


async def test_a_personal_value_is_sealed(service, acme):
    note = await acme.note(contact="Ann Example")
    await acme.send("PATCH", f"/v1/notes/{note['id']}", {"contact": "Bob Example"}, headers={"if-match": "*"})

    created, changed = await trail(service, note["id"])

    assert '"contact": {"sealed": true}' in created["written"]
    assert changed["written"] == '{"contact": {"sealed": true}}'
    assert "Example" not in created["written"] + changed["written"]


async def test_a_refused_change_leaves_no_trace(service, acme):
    note = await acme.note()
    await acme.submit(note, version=7)
    await acme.send("POST", f"/v1/notes/{note['id']}/submit", {"reason": 1}, headers={"if-match": "*"})

    assert len(await trail(service, note["id"])) == 1


async def test_one_and_true_are_not_the_same_document(service, acme, tenant_id):
    note = await acme.note(details={"answer": 1})
    async with service.tx(caller_of(tenant_id)) as tx:
        row = await tx.lock(sample.notes, note["id"])
        row = await tx.update(sample.notes, row, details={"answer": True})
        await tx.update(sample.notes, row, details={"answer": True})

    changes = [each["written"] for each in await trail(service, note["id"])][1:]
    assert changes == ['{"details": {"to": {"answer": true}, "from": {"answer": 1}}}', "{}"]


async def fed(service, acme, after="0.0.0", limit=1000):
    """The audit feed after a position, of this tenant."""
    internal = {"authorization": f"Bearer {service.token(aud='internal', kind='internal', tenant='system')}"}
    answer = await acme.send("GET", "/internal/audit", query=f"after={after}&limit={limit}", headers=internal)
    assert answer.status == 200, answer.json
    return answer["records"]


async def here(service, acme):
    """The position of the newest record that can be read."""
    position = "0.0.0"
    while records := await fed(service, acme, position):
        position = records[-1]["position"]
    return position


async def test_the_feed_tells_each_record_with_its_digest_in_the_order_of_commits(service, acme):
    begin = await here(service, acme)
    note = await acme.note("hello")
    await acme.submit(note)

    created, submitted = await fed(service, acme, begin)

    assert [each["facts"]["action"] for each in (created, submitted)] == ["create_note", "submit_note"]
    assert created["facts"]["partner_id"] == "ptr_acme" and created["facts"]["service"] == "deals"
    assert created["facts"]["tenant_id"] == acme.tenant_id and created["facts"]["at"].endswith("Z")
    assert [digest_of(each["facts"]) for each in (created, submitted)] == [created["digest"], submitted["digest"]]
    assert await fed(service, acme, begin, limit=1) == [created]
    assert await fed(service, acme, created["position"]) == [submitted]


async def test_a_record_that_is_committed_late_is_not_passed(service, acme, tenant_id):
    begin = await here(service, acme)
    async with service.tx(caller_of(tenant_id)) as early:
        await early.insert(sample.rates, id="rate_early", code="early")
        await early.flush()
        async with service.tx(caller_of(tenant_id)) as late:
            await late.insert(sample.rates, id="rate_late", code="late")
        assert await fed(service, acme, begin) == [], "the later one is held back by the one still open"

    assert [each["facts"]["subject"] for each in await fed(service, acme, begin)] == ["rate_early", "rate_late"]


async def test_a_digest_holds_for_documents_with_fractions_and_texts_of_every_kind(service, acme, tenant_id):
    begin = await here(service, acme)
    details = {
        "half": 0.5,
        "whole": 2.0,
        "huge": 1e25,
        "tiny": 1e-9,
        "text": 'ŐŰ \u20ac \U0001f600 " \\',
        "": [None, {}],
    }
    note = await acme.note(details=details)

    [record] = await fed(service, acme, begin)

    assert record["facts"]["subject"] == note["id"] and record["facts"]["changes"]["details"]["to"] == details
    assert digest_of(record["facts"]) == record["digest"]


async def test_nobody_but_the_services_reads_the_feed_of_audit_records(service, vendor, acme):
    assert (await vendor.get("/internal/audit")).problem == "invalid_token"
    internal = {"authorization": f"Bearer {service.token(aud='internal', kind='internal', tenant='system')}"}
    assert (await acme.send("GET", "/internal/audit", query="after=1.2", headers=internal)).status == 400


@pytest.mark.parametrize("moved", [("ptr_acme", "ptr_rival"), (None, "ptr_acme"), ("ptr_acme", "ptr_acme")])
async def test_a_row_that_went_to_another_partner_is_the_vendors_business_alone(service, moved):
    before, after = [
        {"id": "note_1", "partner_id": partner, "title": "t", "status": "draft", "contact": None, "amount": None}
        | {"currency": None, "rank": 1, "urgent": False, "due_on": None, "details": {}}
        for partner in moved
    ]

    found = difference(sample.notes, before, {**after, "rank": 2})

    assert found.partner_id == (None if moved[0] == "ptr_acme" != moved[1] else "ptr_acme")
    assert found.changes["rank"] == {"from": 1, "to": 2} and found.withheld is None

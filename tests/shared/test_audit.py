"""Audit rows: who changed what, and never a personal value."""


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
    from tests.shared import sample
    from tests.shared.conftest import caller_of

    note = await acme.note(details={"answer": 1})
    async with service.tx(caller_of(tenant_id)) as tx:
        row = await tx.lock(sample.notes, note["id"])
        row = await tx.update(sample.notes, row, details={"answer": True})
        await tx.update(sample.notes, row, details={"answer": True})

    changes = [each["written"] for each in await trail(service, note["id"])][1:]
    assert changes == ['{"details": {"to": {"answer": true}, "from": {"answer": 1}}}', "{}"]

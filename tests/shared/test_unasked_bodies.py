"""Bodies that no operation reads: where none is taken, or packed."""

import gzip

import pytest


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        (b'{"reason": "I like it"}', "application/json", (422, "invalid", ["/reason"])),
        (b'{"a": 1, "a": 2}', "application/json", (400, "unreadable_json", [])),
        (b"garbage", "application/json", (400, "unreadable_json", [])),
        (b"[]", "application/json", (400, "unreadable_json", [])),
        (b"{}", "text/plain", (415, "unsupported_media_type", [])),
        (b"a=1", "application/x-www-form-urlencoded", (415, "unsupported_media_type", [])),
    ],
)
async def test_an_action_that_takes_no_body_refuses_one(acme, vendor, body, kind, refusal):
    note = await acme.note()
    await acme.submit(note)

    answer = await vendor.send(
        "POST", f"/v1/notes/{note['id']}/approve", body, headers={"if-match": "*", "content-type": kind}
    )

    assert (answer.status, answer.problem, [each["pointer"] for each in answer["errors"]]) == refusal
    assert (await acme.get(f"/v1/notes/{note['id']}"))["status"] == "submitted"


@pytest.mark.parametrize("body", [b"", b"{}", b" { } "])
async def test_an_object_without_members_is_no_body(acme, vendor, body):
    note = await acme.note()
    await acme.submit(note)

    answer = await vendor.send("POST", f"/v1/notes/{note['id']}/approve", body, headers={"if-match": "*"})

    assert (answer.status, answer["status"]) == (200, "approved")


async def test_what_is_wrong_with_a_body_is_told_of_an_object_that_is_there(acme):
    answer = await acme.send(
        "POST", "/v1/notes/note_01h455vb4pex5vsknk084sn02q/approve", {"reason": "x"}, headers={"if-match": "*"}
    )

    assert answer.status == 404


async def test_a_packed_body_is_refused_as_that(acme):
    answer = await acme.send(
        "POST", "/v1/notes", gzip.compress(b'{"title": "packed"}'), headers={"content-encoding": "gzip"}
    )

    assert (answer.status, answer.problem) == (415, "unsupported_media_type")
    assert answer.headers["accept-encoding"] == "identity"

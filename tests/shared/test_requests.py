"""How a request is checked and answered, before and after the business of it."""

import pytest
from pydantic import ValidationError

from shared.errors import Conflict, Fault, Invalid, NotFound, Problem, Unauthenticated
from shared.web.models import Body, Code, MoneyBody
from shared.web.problems import invalid, reply_of


async def test_what_is_created_is_found_at_its_location(acme):
    made = await acme.note(amount={"amount": 1050, "currency": "EUR"})

    found = await acme.get(made.headers["location"])

    assert found.json == made.json
    assert found.headers["etag"] == made.headers["etag"]
    assert found["amount"] == {"amount": 1050, "currency": "EUR"}


async def test_documents_come_back_as_they_were_sent(acme):
    details = {"list": [1, 1.5, True, None], "text": 'quotes " and } braces', "ümlaut": {"nested": {}}}
    made = await acme.note(details=details)

    assert made["details"] == details
    assert (await acme.get(f"/v1/notes/{made['id']}"))["details"] == details


async def test_a_document_that_is_one_text_is_shown_as_a_text(service, acme, tenant_id):
    made = await acme.note()
    text = '"} , "injected": true'
    await service.admin.execute("UPDATE notes SET details = to_jsonb($2::text) WHERE id = $1", made["id"], text)

    read = await acme.get(f"/v1/notes/{made['id']}")
    submitted = await acme.submit(made)

    assert read["details"] == submitted["details"] == text


async def test_missing_and_hidden_objects_are_answered_alike(acme, rival, stranger):
    made = await acme.note()
    answers = [
        await rival.get(f"/v1/notes/{made['id']}"),
        await stranger.get(f"/v1/notes/{made['id']}"),
        await acme.get("/v1/notes/note_01h455vb4pex5vsknk084sn02q"),
        await acme.get("/v1/notes/anything at all"),
    ]

    assert {answer.status for answer in answers} == {404}
    assert len({str({**answer.json, "request_id": None}) for answer in answers}) == 1


async def test_checks_come_in_their_order(acme):
    note = await acme.note()
    there, nowhere = f"/v1/notes/{note['id']}/submit", "/v1/notes/note_01h455vb4pex5vsknk084sn02q/submit"
    bad, good = {"reason": 7}, {"reason": "time"}

    async def asked(path, body, etag):
        return (await acme.send("POST", path, body, headers={"if-match": etag} if etag else {})).status

    assert await asked(nowhere, bad, None) == 404
    assert await asked(nowhere, bad, '"9"') == 404
    assert await asked(nowhere, bad, "nonsense") == 404
    assert await asked(nowhere, good, None) == 404
    assert await asked(there, bad, None) == 428
    assert await asked(there, bad, '"9"') == 412
    assert await asked(there, bad, "nonsense") == 412
    assert await asked(there, bad, '"1"') == 422
    assert await asked(there, {"reason": "\u0007"}, '"9"') == 412
    assert await asked(there, {"reason": "\u0007"}, '"1"') == 422
    assert await asked(there, good, '"1"') == 200
    assert await asked(there, bad, None) == 428
    assert await asked(there, bad, '"1"') == 409
    assert await asked(there, bad, "nonsense") == 409
    assert await asked(there, bad, "*") == 409
    assert await asked(there, good, '"1"') == 409


async def test_a_change_needs_the_version_that_was_seen(acme):
    note = await acme.note()
    path = f"/v1/notes/{note['id']}"

    first = await acme.send("PATCH", path, {"contact": "Ann"}, headers={"if-match": note.headers["etag"]})
    second = await acme.send("PATCH", path, {"contact": "Bob"}, headers={"if-match": note.headers["etag"]})

    assert (first.status, first["version"]) == (200, 2)
    assert (second.status, second.problem) == (412, "stale_version")
    assert (await acme.get(path))["contact"] == "Ann"


async def test_a_star_stands_for_whatever_version_there_is(acme):
    note = await acme.note()

    changed = await acme.send("PATCH", f"/v1/notes/{note['id']}", {"contact": "Ann"}, headers={"if-match": "*"})

    assert changed["version"] == 2


async def test_a_field_left_out_stays_and_null_clears(acme):
    note = await acme.note(contact="Ann")
    path = f"/v1/notes/{note['id']}"

    kept = await acme.send("PATCH", path, {"title": note["title"] + "!"}, headers={"if-match": "*"})
    cleared = await acme.send("PATCH", path, {"contact": None}, headers={"if-match": "*"})

    assert (kept["contact"], cleared["contact"]) == ("Ann", None)


async def test_a_unique_text_that_is_taken_is_a_conflict(acme):
    first, second = await acme.note(), await acme.note()

    made = await acme.send("POST", "/v1/notes", {"title": first["title"]})
    changed = await acme.send(
        "PATCH", f"/v1/notes/{second['id']}", {"title": first["title"]}, headers={"if-match": "*"}
    )

    assert (made.problem, changed.problem) == ("already_exists", "already_exists")


@pytest.mark.parametrize("sent", ["{}", '"0", {}', "W/{}", "*"])
async def test_what_has_not_changed_is_not_sent_again(acme, sent):
    note = await acme.note()
    header = {"if-none-match": sent.format(note.headers["etag"])}

    for method in ("GET", "HEAD"):
        answer = await acme.send(method, f"/v1/notes/{note['id']}", headers=header)
        assert (answer.status, answer.body) == (304, b"")


async def test_another_selection_of_members_is_another_representation(acme):
    note = await acme.note()
    header = {"if-none-match": note.headers["etag"]}

    answer = await acme.send("GET", f"/v1/notes/{note['id']}", headers=header, query="fields=title")

    assert answer.status == 200
    assert answer.json == {"object": "note", "id": note["id"], "title": note["title"]}


@pytest.mark.parametrize("selection", ["title,password", "", "title,", "title, rank"])
async def test_a_member_that_does_not_exist_cannot_be_selected(acme, selection):
    note = await acme.note()

    answer = await acme.get(f"/v1/notes/{note['id']}", fields=selection)

    assert (answer.status, answer.problem) == (400, "invalid_parameter")


async def test_head_is_get_without_the_body(acme):
    note = await acme.note()
    path = f"/v1/notes/{note['id']}"

    head, get = await acme.send("HEAD", path), await acme.send("GET", path)

    assert (head.status, head.body) == (200, b"")
    same = ("etag", "content-length", "content-type")
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]


async def test_a_method_that_is_not_there_names_those_that_are(acme):
    answer = await acme.send("DELETE", "/v1/notes")

    assert (answer.status, answer.problem) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_a_word_of_one_path_is_no_id_in_another(acme):
    answer = await acme.send("PATCH", "/v1/notes/tally", {"title": "b"}, headers={"if-match": "*"})

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/v1/notes", "/v1/notes/count", "/v1/notes/tally", "/v1/notes/{id}"])
async def test_every_answer_says_that_it_is_the_callers_own(acme, path):
    note = await acme.note()

    answer = await acme.get(path.replace("{id}", note["id"]))

    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-cache")


@pytest.mark.parametrize("path", ["/", "//", "/v1", "/v1/", "/v1/nothing", "/v1/notes/", "/v1//notes", "/V1/notes"])
async def test_there_is_nothing_at(acme, path):
    assert (await acme.send("GET", path)).problem == "not_found"


async def test_a_path_that_is_spelled_out_wins_over_one_with_an_id(acme):
    await acme.note()

    assert (await acme.get("/v1/notes/tally"))["count"] == 1


@pytest.mark.parametrize(
    "query",
    ["unknown=1", "say=1&say=2", "say", "say=%00", "say=%ff", "say=%ed%a0%80", "say=a&&say=b", "say=" + "a" * 9000],
)
async def test_a_query_is_refused(vendor, query):
    answer = await vendor.send("GET", "/v1/secrets/echo", query=query)

    assert answer.status == 400


@pytest.mark.parametrize(
    ("query", "said"), [("say=", ""), ("say=a+b%2Bc%26", "a b+c&"), ("say=%C3%BC", "ü"), ("", None)]
)
async def test_a_query_is_understood(vendor, query, said):
    assert (await vendor.send("GET", "/v1/secrets/echo", query=query))["said"] == said


async def test_an_unknown_field_is_named_and_its_value_is_not(acme):
    answer = await acme.send("POST", "/v1/notes", {"title": "a", "colour/~1": "hunter2"})

    assert answer.status == 422
    assert answer["errors"] == [
        {"pointer": "/colour~1~01", "code": "unknown_field", "detail": "This field is not known here."}
    ]
    assert b"hunter2" not in answer.body


@pytest.mark.parametrize(
    "field",
    [
        {"rank": "1"},
        {"rank": 1.5},
        {"rank": True},
        {"title": 5},
        {"title": "  "},
        {"amount": {"amount": 1, "currency": "EUX"}},
        {"amount": {"amount": 2**53, "currency": "EUR"}},
        {"amount": {"amount": 1, "currency": "EUR", "more": 1}},
    ],
)
async def test_values_are_never_bent_to_their_type(acme, field):
    assert (await acme.send("POST", "/v1/notes", {"title": "a", **field})).problem == "invalid"


@pytest.mark.parametrize("written", [b"2.0", b"2e0", b"0.2e1"])
async def test_a_whole_number_is_one_however_it_is_written(acme, written):
    made = await acme.send("POST", "/v1/notes", b'{"title": "1.0 and 2e3", "rank": ' + written + b"}")

    assert (made.status, made["rank"], made["title"]) == (201, 2, "1.0 and 2e3")


async def test_an_answer_carries_the_request_id_it_was_given(acme):
    given = await acme.send("GET", "/v1/notes", headers={"request-id": "req-0123456789"})
    made = await acme.send("GET", "/v1/notes", headers={"request-id": "<script>"})

    assert given.headers["request-id"] == "req-0123456789"
    assert made.headers["request-id"].startswith("req_")


def test_a_problem_is_rfc_9457():
    problem = Invalid(errors=[Fault("/a", "wrong_form", "No.")], hint=3)

    reply = reply_of(problem, request_id="req_1")

    assert (reply.status, reply.content_type) == (422, "application/problem+json")
    assert b'"type":"/docs/problems#invalid"' in reply.body and b'"hint":3' in reply.body
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_text_of_another_form_is_told_the_form_and_not_itself():
    class Named(Body):
        code: Code

    with pytest.raises(ValidationError) as refused:
        Named.model_validate({"code": "Nope!"})

    (fault,) = invalid(refused.value).errors
    assert (fault.pointer, fault.code) == ("/code", "wrong_form")
    assert "^[a-z0-9][a-z0-9_-]{0,62}$" in fault.detail
    assert "Nope!" not in fault.detail


def test_what_a_rule_of_ours_says_is_repeated_as_a_sentence():
    with pytest.raises(ValidationError) as refused:
        MoneyBody.model_validate({"amount": 1, "currency": "QQQ"})

    (fault,) = invalid(refused.value).errors
    assert (fault.pointer, fault.detail) == ("/currency", "Not an ISO 4217 currency in use.")


def test_a_refusal_of_credentials_says_which_are_wanted():
    assert reply_of(Unauthenticated(), request_id=None).headers["WWW-Authenticate"] == "Bearer"


def test_a_problem_explains_itself_by_its_first_line():
    assert NotFound().detail == "There is no such object, or it is not visible to the caller."
    assert Conflict("Because.").detail == "Because."


def test_codes_of_problems_are_unique():
    def below(kind):
        return [kind, *(each for child in kind.__subclasses__() for each in below(child))]

    own = {each for each in below(Problem) if each.__module__.startswith("shared.") and "code" in vars(each)}

    assert len({each.code for each in own}) == len(own)

"""Which language somebody is answered in."""

import pytest

from shared.errors import Fault, Invalid, InvalidTransition, NotFound
from shared.i18n.languages import language_of
from shared.web.problems import reply_of


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("HU", "hu"),
        ("de-AT", "de"),
        ("de-Latn-AT-1996", "de"),
        ("hu-x-formal", "hu"),
        ("en-GB, de;q=0.9", "en"),
        ("fr, de;q=0.5, hu;q=0.7", "hu"),
        ("de;q=0.5, hu;q=0.5", "de"),
        ("de;q=0, hu;q=0.1", "hu"),
        ("*, hu;q=0.5", "hu"),
        ("fr-FR, fr", "en"),
        ("*", "en"),
        ("de;q=2, hu", "hu"),
        ("deutsch-sprachig-lange-unter-marke-ohne-sinn", "en"),
        (";;;,,,", "en"),
        ("de," * 400, "en"),
    ],
)
def test_the_most_wanted_of_our_languages_is_looked_up(asked, language):
    assert language_of(asked) == language


def test_a_problem_is_told_in_german_and_its_code_stays():
    problem = InvalidTransition("submit is not possible while the status is won.", status_now="won")

    told = reply_of(problem, request_id="req_1", languages="de-CH, de;q=0.9")

    assert b'"title":"In diesem Status nicht m\xc3\xb6glich"' in told.body
    assert "submit ist im Status won nicht möglich." in told.body.decode()
    assert b'"code":"invalid_transition"' in told.body
    assert (told.headers["Content-Language"], told.headers["Vary"]) == ("de", "Accept-Language")


def test_every_fault_is_told_in_the_language_too():
    problem = Invalid(errors=[Fault("/name", "required", "This field is required.")])

    told = reply_of(problem, request_id=None, languages="hu").body.decode()

    assert "A mező kitöltése kötelező." in told
    assert ("/name" in told, '"code":"required"' in told) == (True, True)


def test_what_has_no_translation_stays_as_it_was():
    told = reply_of(NotFound("Something nobody has translated."), request_id=None, languages="de").body.decode()

    assert ("Nicht gefunden" in told, "Something nobody has translated." in told) == (True, True)


def test_english_is_what_it_was():
    plain = reply_of(NotFound(), request_id=None)

    assert plain.body == reply_of(NotFound(), request_id=None, languages="en-US").body
    assert plain.headers["Content-Language"] == "en"

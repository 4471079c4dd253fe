"""A domain stands for a company only when nobody else can have an address under it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.matching import email_key, judge_domain, phone_key, registrable_domain


@pytest.mark.parametrize(
    "written",
    [
        "acme.co.uk", "ACME.CO.UK.", "www.acme.co.uk", "https://www.acme.co.uk:8443/about?x=1#y", "//shop.acme.co.uk",
        "jane@acme.co.uk", "Jane Doe <jane@mail.acme.co.uk>", "mailto:jane@acme.co.uk", "http://user:secret@acme.co.uk/", " acme.co.uk ",
        "acme。co。uk",
    ],
)  # fmt: skip
def test_every_way_to_write_an_address_gives_the_registrable_domain(written):
    assert registrable_domain(written) == "acme.co.uk"


def test_international_names_are_one_in_letters_and_in_punycode():
    assert registrable_domain("www.MÜLLER.de") == registrable_domain("xn--mller-kva.de") == "xn--mller-kva.de"
    assert registrable_domain("straße.de") != registrable_domain("strasse.de")
    assert registrable_domain("例子.中国") == "xn--fsqu00a.xn--fiqs8s"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("jane@gmail.com", "free_mail"), ("yahoo.co.uk", "free_mail"), ("a@freemail.hu", "free_mail"), ("a@citromail.hu", "free_mail"),
        ("mail.ru", "free_mail"), ("1@qq.com", "free_mail"), ("163.com", "free_mail"), ("web.de", "free_mail"), ("gmx.at", "free_mail"),
        ("facebook.com/acme", "social_network"), ("sites.google.com/view/acme", "site_builder"), ("wixsite.com", "site_builder"),
        ("ns1.sedoparking.com", "parking"), ("godaddy.com", "registrar"), ("amazon.de", "marketplace"), ("nas.local", "private_name"),
        ("192.168.1.1", "ip_address"), ("http://[::1]/", "ip_address"), ("co.uk", "public_suffix"), ("", "empty"), ("acme", "malformed"),
        ("a..b.com", "malformed"), ("-acme.com", "malformed"), ("☃.com", "malformed"), ("two words.com", "malformed"),
    ],
)  # fmt: skip
def test_a_domain_that_identifies_nobody_says_why(written, reason):
    verdict = judge_domain(written)

    assert (verdict.usable, verdict.reason) == (False, reason)
    assert registrable_domain(written) is None


def test_a_companys_own_place_at_a_site_builder_is_its_own():
    assert registrable_domain("acme.github.io") == "acme.github.io"
    assert registrable_domain("google.com") == "google.com"


@given(st.text())
def test_any_text_gets_a_verdict_and_a_registrable_domain_is_its_own(text):
    domain = registrable_domain(text)

    assert domain is None or registrable_domain(domain) == domain


def test_one_mailbox_has_one_key():
    assert email_key("Jane <Jane.Doe+deals@Acme.com>") == "jane.doe@acme.com"
    assert email_key("j.a.n.e@gmail.com") == email_key("jane@googlemail.com")
    assert email_key("not a mail") is None


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("06 1 234 5678", "HU", "+3612345678"), ("+36 (1) 234-5678", None, "+3612345678"), ("0049 (0)89 123456", "DE", "+4989123456"),
        ("089/123456", "DE", "+4989123456"), ("8 (495) 123-45-67", "RU", "+74951234567"), ("(415) 555-2671 ext. 3", "US", "+14155552671"),
        ("011 36 1 234 5678", "US", "+3612345678"), ("02 1234 5678", "IT", "+390212345678"),
        ("n/a", "US", None), ("0000000", "DE", None), ("1234567", None, None), ("", "DE", None),
    ],
)  # fmt: skip
def test_a_telephone_number_reads_as_one_line_whoever_writes_it(written, country, key):
    assert phone_key(written, country) == key

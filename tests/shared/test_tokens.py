"""Access tokens: which are believed, for how long, and which are not."""

import asyncio
import base64
from datetime import UTC, datetime

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.auth.revocations import Revocations, given_before, signed_by, stood_before
from shared.auth.tokens import InvalidToken, Signer, Verifier, public_jwk
from shared.errors import Unavailable

NOW = 1_800_000_000
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SIGNER = Signer(KEY, kid="one", issuer="http://prm")


class Published:
    """The issuer's key set, which counts how often it is read and may be unreachable."""

    def __init__(self, **keys):
        self.keys, self.reads, self.down = keys, 0, False

    async def __call__(self):
        self.reads += 1
        await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0)
        if self.down:
            raise Unavailable()
        return {"keys": [public_jwk(key, kid=kid) for kid, key in self.keys.items()]}


class Hour:
    """A clock that a test sets."""

    def __init__(self):
        self.at = float(NOW)

    def __call__(self):
        return datetime.fromtimestamp(self.at, UTC)


@pytest.fixture
def published():
    return Published(one=KEY)


@pytest.fixture
def hour():
    return Hour()


@pytest.fixture
def revocations():
    return Revocations()


@pytest.fixture
def verifier(published, hour, revocations):
    return Verifier(published, issuer="http://prm", audience="prm", clock=hour, is_revoked=revocations.covers)


def claims(**more):
    given = {"aud": "prm", "sub": "acc_1", "exp": NOW + 300, "iat": NOW, "jti": "t1", "tenant": "tnt_1", **more}
    return {name: value for name, value in given.items() if value is not None}


def token(signer=SIGNER, **more):
    return signer.sign(claims(**more))


async def refused(verifier, text):
    with pytest.raises(InvalidToken):
        await verifier.verify(text)
    return True


async def test_a_token_names_its_caller(verifier):
    caller = await verifier.verify(token(scope="deals:read", partner="ptr_1", mode="test", sid="ses_1", person="per_1"))

    assert (caller.kind, caller.tenant_id, caller.account_id, caller.partner_id) == (
        "partner",
        "tnt_1",
        "acc_1",
        "ptr_1",
    )
    assert (caller.scope, caller.mode, caller.session_id, caller.person_id) == ("deals:read", "test", "ses_1", "per_1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "internal"},
        {"aud": ["prm", "internal"]},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"jti": None},
        {"tenant": None},
        {"exp": None},
        {"exp": NOW},
        {"exp": str(NOW + 300)},
        {"exp": True},
        {"exp": NOW + 300.5},
        {"iat": None},
        {"iat": NOW + 61},
        {"kind": "king"},
        {"kind": "partner"},
        {"partner": "*"},
    ],
)
async def test_a_token_is_refused_for_the_claim(verifier, wrong):
    assert await refused(verifier, token(**wrong))


async def test_a_token_of_another_issuer_is_refused(verifier):
    assert await refused(verifier, token(Signer(KEY, kid="one", issuer="http://evil")))


async def test_a_token_signed_with_another_key_is_refused(verifier):
    assert await refused(verifier, token(Signer(OTHER, kid="one", issuer="http://prm")))
    assert await refused(verifier, token(Signer(OTHER, kid="two", issuer="http://prm")))


def with_header(**changes):
    head, body, signature = token().split(".")
    header = {**orjson.loads(base64.urlsafe_b64decode(head + "==")), **changes}
    header = {name: value for name, value in header.items() if value is not None}
    return ".".join((base64.urlsafe_b64encode(orjson.dumps(header)).decode().rstrip("="), body, signature))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d",
        "ü.b.c",
        token() + "x",
        token()[:-5],
        "x" * 8193,
        with_header(alg="none"),
        with_header(alg="HS256"),
        with_header(alg="RS512"),
        with_header(typ="JWT"),
        with_header(typ=None),
        with_header(kid=None),
        with_header(kid=["one"]),
        with_header(jku="http://evil/keys"),
        with_header(jwk={"kty": "oct"}),
        with_header(crit=["exp"]),
    ],
)
async def test_what_is_no_token_of_ours_is_refused(verifier, text):
    assert await refused(verifier, text)


async def test_a_verified_token_is_remembered_but_not_beyond_its_end(verifier, hour, published):
    text = token(exp=NOW + 30)
    await verifier.verify(text)
    published.keys.clear()
    hour.at += 29

    assert (await verifier.verify(text)).account_id == "acc_1"
    hour.at += 1
    assert await refused(verifier, text)


async def test_a_revocation_strikes_a_remembered_token(verifier, revocations):
    for revoked, text in {
        "t7": token(jti="t7"),
        "ses_7": token(sid="ses_7"),
        "acc_7": token(sub="acc_7"),
        "key_7": token(client_id="key_7"),
    }.items():
        await verifier.verify(text)
        revocations.add(revoked, NOW + 300.0)
        assert await refused(verifier, text)
    assert await verifier.verify(token(jti="t8"))


async def test_a_key_that_was_withdrawn_is_refused_at_once_for_what_it_has_signed_and_what_it_will(
    verifier, published, revocations
):
    published.keys["two"] = OTHER
    of_the_other = token(Signer(OTHER, kid="two", issuer="http://prm"), jti="kept")
    seen = token()
    await verifier.verify(seen)

    revocations.add(signed_by("one"), NOW + 3600.0)

    assert await refused(verifier, seen) and await refused(verifier, token(jti="forged"))
    assert await verifier.verify(of_the_other)


async def test_what_roles_allowed_is_revoked_by_their_version_for_their_holders_and_their_pages(verifier, revocations):
    revocations.add(given_before("acc_7", 9), NOW + 660.0)

    for text in (token(sub="acc_7", rv=8), token(sub="acc_8", holder="acc_7", rv=8)):
        assert await refused(verifier, text)
    for good in (token(sub="acc_7", rv=9), token(sub="acc_7"), token(sub="acc_8", rv=8)):
        assert await verifier.verify(good)


async def test_what_a_partners_apps_had_is_revoked_and_what_they_get_later_is_not(verifier, revocations):
    script = {"partner": "ptr_7", "client_id": "key_7", "sub": "key_7"}
    before = token(**script, jti="before", sv=4)
    of_none_yet = token(**script, jti="unheard of")
    of_a_page = token(partner="ptr_7", client_id="prm", sid="ses_9", origin="https://portal.example", sv=4)
    later = token(**script, jti="later", sv=5)
    of_a_person = token(partner="ptr_7", sid="ses_7", jti="person")
    of_another = token(partner="ptr_8", client_id="key_8", sub="key_8", jti="other", sv=4)
    of_the_vendor = token(client_id="key_9", sub="key_9", jti="vendor")
    await verifier.verify(before)

    revocations.add(stood_before("ptr_7", 5), NOW + 660.0)

    for text in (before, of_none_yet, of_a_page):
        assert await refused(verifier, text)
    for good in (later, of_a_person, of_another, of_the_vendor):
        assert await verifier.verify(good)


async def test_callers_who_come_while_the_keys_are_read_wait_for_them(verifier, published):
    callers = await asyncio.gather(*(verifier.verify(token(jti=str(number))) for number in range(20)))

    assert len(callers) == 20
    assert published.reads == 1


async def test_a_new_key_is_found_and_a_strangers_key_does_not_make_us_ask_for_ever(verifier, published, hour):
    new, strange = Signer(OTHER, kid="two", issuer="http://prm"), Signer(OTHER, kid="strange", issuer="http://prm")
    await verifier.verify(token())
    published.keys["two"] = OTHER
    hour.at += 2

    assert await verifier.verify(token(new))
    for _ in range(50):
        await refused(verifier, token(strange))
    assert published.reads == 2


async def test_a_key_that_was_withdrawn_is_refused_in_the_end(verifier, published, hour):
    await verifier.verify(token())
    published.keys.clear()
    hour.at += 601

    assert await refused(verifier, token(exp=NOW + 9999, jti="new"))


async def test_while_the_keys_cannot_be_read_nobody_is_called_a_forger(verifier, published):
    published.down = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await verifier.verify(token())
    published.down = False

    assert await verifier.verify(token())


async def test_the_list_of_revocations_is_read_on_from_where_it_was_left():
    pages = {0: (3, [("a", NOW + 10.0), ("b", NOW + 99.0)]), 3: (4, [("c", NOW + 99.0)]), 4: (4, [])}
    asked = []

    async def fetch(position):
        asked.append(position)
        return pages[position]

    revocations = Revocations(fetch)
    for at in (NOW, NOW + 5, NOW + 20):
        await revocations.refresh(now=datetime.fromtimestamp(at, UTC))

    assert asked == [0, 3, 4]
    assert list(revocations._revoked) == ["b", "c"], "what has expired is forgotten"
    assert revocations.fault() is None


async def test_the_api_refuses_without_a_token_and_with_a_revoked_one(service, tenant_id):
    person = service.person(tenant_id, sid="ses_gone")
    assert (await person.get("/v1/notes")).status == 200
    service.revocations.add("ses_gone", float("inf"))

    revoked = await person.get("/v1/notes")
    nobody = await person.send("GET", "/v1/notes", headers={"authorization": ""})
    basic = await person.send("GET", "/v1/notes", headers={"authorization": f"Basic {person.token}"})

    assert (revoked.status, revoked.problem) == (401, "invalid_token")
    assert revoked.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert (nobody.problem, basic.problem) == ("unauthenticated", "unauthenticated")

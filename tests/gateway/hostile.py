"""More hostile tokens, generated: every claim with every wrong value, every part with a bit or a letter changed.

Each is signed with the installation's own key unless the attack is on the signature: even then it is refused.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from shared import clock
from tests.gateway.forge import Forge, encoded
from tests.system import ISSUER

Attack = Callable[[Forge], str]
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_NOT_TEXT: Final = {
    "null": None,
    "a number": 7,
    "true": True,
    "a list": ["x"],
    "an object": {"x": 1},
    "a fraction": 1.5,
}
_TEXTS: Final = ("iss", "sub", "jti", "tenant", "aud", "kind", "scope", "sid", "client_id", "person", "holder", "mode")
_TIMES: Final = ("exp", "iat", "nbf")
_NOT_A_TIME: Final = {
    "empty": "",
    "a date": "2030-01-01T00:00:00Z",
    "a list": [2_000_000_000],
    "an object": {"at": 2_000_000_000},
    "false": False,
    "a fraction": 2_000_000_000.5,
    "a float": 2e9,
    "larger than a clock": 10**30,
    "as large as floats go": 1e308,
    "null": None,
}


def generated() -> dict[str, Attack]:
    """The attacks by what is wrong with each."""
    return dict([*_types(), *_times(), *_lookalikes(), *_people(), *_spellings(), *_doubles(), *_flips(), *_nested()])


def _claim(**changed: Any) -> Attack:
    return lambda it: it.token(**changed)


def _types() -> Iterator[tuple[str, Attack]]:
    for name in _TEXTS:
        for what, value in _NOT_TEXT.items():
            yield f"{name} is {what}", _claim(**{name: value})


def _times() -> Iterator[tuple[str, Attack]]:
    now = int(clock.now().timestamp())
    for name in _TIMES:
        for what, value in _NOT_A_TIME.items():
            yield f"{name} is {what}", _raw_claim(name, value)
    # Versions have no end.
    for name in ("rv", "sv"):
        for what, value in _NOT_A_TIME.items():
            if what != "larger than a clock":
                yield f"{name} is {what}", _raw_claim(name, value)
    yield "good from in an hour on", _claim(nbf=now + 3600)
    yield "good for ten years", _claim(exp=now + 315_360_000)
    yield "given out before there were clocks", _claim(iat=-1)
    yield "expired a second ago", _claim(exp=now - 1)
    yield "expired at zero", _claim(exp=0)


def _raw_claim(name: str, value: Any) -> Attack:
    """A claim whose number our own writer would not write."""

    def made(it: Forge) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and value > 2**63:
            text = orjson.dumps({**it.claims, name: 0}).decode().replace(f'"{name}":0', f'"{name}":{value}')
            return it.token(claims=text.encode())
        return it.token(**{name: value})

    return made


def _lookalikes() -> Iterator[tuple[str, Attack]]:
    """Texts that look like ours, to people or to careless comparisons."""
    for what, issuer in {
        "with a Cyrillic letter": ISSUER.replace("o", "о"),
        "with full-width letters": ISSUER.replace("h", "ｈ"),
        "with a zero-width joiner": ISSUER + "\u200d",
        "with a NUL": ISSUER + "\x00",
        "with a space": ISSUER + " ",
        "in capitals": ISSUER.upper(),
        "with a path": ISSUER + "/tenant",
        "with a user": ISSUER.replace("://", "://prm@"),
        "as another scheme": ISSUER.replace("http:", "https:"),
    }.items():
        yield f"issuer {what}", _claim(iss=issuer)
    for what, audience in {
        "with a space": "prm ",
        "with a NUL": "prm\x00",
        "in Cyrillic": "рrm",
        "decomposed": "p\u0307rm",
        "in a list": ["prm"],
        "twice": ["prm", "prm"],
        "none": [],
        "a prefix": "pr",
        "of the services": "internal",
        "an object": {"prm": True},
    }.items():
        yield f"audience {what}", _claim(aud=audience)


def _people() -> Iterator[tuple[str, Attack]]:
    """Claims that each are well-formed and together are nobody."""
    yield "a partner's token without a partner", _claim(kind="partner")
    yield "a vendor's token with a partner", _claim(kind="vendor", partner="ptr_01h455vb4pex5vsknk084sn02q")
    yield "an anonymous one with a partner", _claim(kind="anonymous", partner="ptr_01h455vb4pex5vsknk084sn02q")
    for what, partner in {
        "everybody": "*",
        "a subtree": "ptr_01h455vb4pex5vsknk084sn02q/subtree",
        "an account": "acc_01h455vb4pex5vsknk084sn02q",
    }.items():
        yield f"a partner's token of {what}", _claim(kind="partner", partner=partner)


def _spellings() -> Iterator[tuple[str, Attack]]:
    """The same bytes in other letters: what is not the one spelling is not the token."""

    def last_letter(it: Forge) -> str:
        token = it.token()
        # The last letter of 256 bytes carries four bits that mean nothing.
        return token[:-1] + _ALPHABET[_ALPHABET.index(token[-1]) | 1]

    def padded(part: int) -> Attack:
        def made(it: Forge) -> str:
            parts = it.token().split(".")
            parts[part] += "=" * (-len(parts[part]) % 4 or 4)
            return ".".join(parts)

        return made

    def standard(it: Forge) -> str:
        while True:
            token = it.token()
            if {"-", "_"} & set(token):
                return token.replace("-", "+").replace("_", "/")

    yield "a last letter of the same bytes", last_letter
    yield "the other alphabet of base64", standard
    for part, what in enumerate(("header", "claims", "signature")):
        yield f"a padded {what}", padded(part)
        for name, letter in {
            "line feed": "\n",
            "exclamation mark": "!",
            "tab": "\t",
            "no-break space": "\u00a0",
        }.items():
            yield f"a {name} in the {what}", _with_letter(part, letter)


def _with_letter(part: int, letter: str) -> Attack:
    def made(it: Forge) -> str:
        parts = it.token().split(".")
        parts[part] = parts[part][:10] + letter + parts[part][10:]
        return ".".join(parts)

    return made


def _doubles() -> Iterator[tuple[str, Attack]]:
    """Members given twice: two readers may take different ones."""
    for name in ("iss", "aud", "exp", "tenant", "scope", "sub"):

        def twice(it: Forge, name: str = name) -> str:
            claims = orjson.dumps(it.claims)
            return it.token(claims=b'{"' + name.encode() + b'":"x",' + claims[1:])

        yield f"{name} twice", twice
    for name in ("alg", "kid", "typ"):

        def header_twice(it: Forge, name: str = name) -> str:
            header = orjson.dumps(it.header)
            return it.token(header=b'{"' + name.encode() + b'":"none",' + header[1:])

        yield f"{name} twice", header_twice
    yield "claims in UTF-16", lambda it: it.token(claims=orjson.dumps(it.claims).decode().encode("utf-16"))
    yield "claims with a byte order mark", lambda it: it.token(claims=b"\xef\xbb\xbf" + orjson.dumps(it.claims))
    yield (
        "claims with bytes that are no UTF-8",
        lambda it: it.token(claims=orjson.dumps(it.claims)[:-1] + b',"x":"\xff"}'),
    )
    yield "claims with Infinity", lambda it: it.token(claims=orjson.dumps(it.claims)[:-1] + b',"x":Infinity}')
    yield "claims that go on", lambda it: it.token(claims=orjson.dumps(it.claims) + b"{}")
    yield "claims nested a thousand times", lambda it: it.token(claims=b'{"a":' * 500 + b"1" + b"}" * 500)


def _flips() -> Iterator[tuple[str, Attack]]:
    for part, what in enumerate(("header", "claims", "signature")):
        for place in (0, 5, 17, 40, -1):

            def flipped(it: Forge, part: int = part, place: int = place) -> str:
                parts = it.token().split(".")
                raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=" * (-len(parts[part]) % 4)))
                raw[place] ^= 1
                parts[part] = encoded(bytes(raw))
                return ".".join(parts)

            yield f"a bit of the {what} at {place}", flipped


def _nested() -> Iterator[tuple[str, Attack]]:
    yield "a token in a token", lambda it: it.token(claims=it.token().encode())
    yield "a token that says it holds one", lambda it: it.token(head={"cty": "at+jwt"}, claims=it.token().encode())
    yield (
        "encrypted, five parts",
        lambda it: ".".join([encoded(orjson.dumps({**it.header, "alg": "RSA-OAEP"})), *"abcd"]),
    )
    yield (
        "encrypted under a password",
        lambda it: ".".join([encoded(b'{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647}'), *"abcd"]),
    )
    yield "JSON instead of compact", lambda it: orjson.dumps({"payload": it.token(), "signatures": []}).decode()
    for length in (7, 40, 100, 341, 500):
        yield f"cut after {length} letters", lambda it, length=length: it.token()[:length]  # type: ignore[misc]

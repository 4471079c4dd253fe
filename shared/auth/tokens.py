"""Access tokens: RFC 9068 `at+jwt`, RS256. The only importer of `jose`, whose dangerous parts stay unused.

The key of a token is built once per `kid`, from our own published keys; the algorithm comes from the key, never from
the token; a header with members other than `alg`, `kid` and `typ` is refused; there are no symmetric or encrypted tokens.
"""

import asyncio
import base64
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jose import jwk, jws
from jose.exceptions import JOSEError

from shared.auth.principal import Caller, from_claims
from shared.auth.revocations import signed_by
from shared.errors import Unauthenticated

ALGORITHM: Final = "RS256"
TYPE: Final = "at+jwt"
LONGEST: Final = 8192
_REQUIRED: Final = ("iss", "aud", "sub", "exp", "iat", "jti", "tenant")
_TEXTS: Final = ("partner", "kind", "sid", "person", "holder", "scope", "client_id", "mode", "origin")
# Ours live for ten minutes; nothing that lives for more than a day was given out by us.
_LONGEST_LIFE_SECONDS: Final = 86_400
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_CACHE_SECONDS: Final = 60
_CACHE_SIZE: Final = 10_000
# How old what we know of the published keys may be. One that is withdrawn is on the list of revocations at once.
_KEYS_SECONDS: Final = 600

KeySource = Callable[[], Awaitable[Mapping[str, Any]]]


class InvalidToken(Unauthenticated):
    """The access token is not valid, has expired or was revoked."""

    code, title = "invalid_token", "Invalid access token"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class Signer:
    """Signs access tokens with one private key, prepared once."""

    def __init__(self, private_key: RSAPrivateKey, *, kid: str, issuer: str) -> None:
        self._key = jwk.construct(private_key, ALGORITHM)
        self.kid = kid
        self.issuer = issuer

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the compact token of the claims, to which the issuer is added."""
        payload = orjson.dumps({**claims, "iss": self.issuer})
        token: str = jws.sign(payload, self._key, headers={"kid": self.kid, "typ": TYPE}, algorithm=ALGORITHM)
        return token


def public_jwk(private_key: RSAPrivateKey, *, kid: str) -> dict[str, str]:
    """Return the public half of a key as a JSON Web Key (RFC 7517)."""
    numbers = private_key.public_key().public_numbers()

    def unpadded(number: int) -> str:
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    return {
        "kty": "RSA",
        "use": "sig",
        "alg": ALGORITHM,
        "kid": kid,
        "n": unpadded(numbers.n),
        "e": unpadded(numbers.e),
    }


class Verifier:
    """Verifies access tokens against the published keys, and remembers the verified ones for at most a minute."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], datetime],
        is_revoked: Callable[[Caller, str, str], bool] = lambda caller, jti, key: False,
    ) -> None:
        self._source = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._is_revoked = is_revoked
        self._keys: dict[str, Any] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()
        self._seen: OrderedDict[bytes, tuple[float, str, str, Caller]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """Return the caller of a token; raises InvalidToken for anything that is not one of ours, alive."""
        if len(token) > LONGEST:
            raise InvalidToken()
        digest = hashlib.blake2b(token.encode(errors="replace"), digest_size=16).digest()
        now = self._clock().timestamp()
        known = self._seen.get(digest)
        if known is not None and known[0] > now:
            _, jti, key, caller = known
        else:
            until, jti, key, caller = await self._verified(token, now)
            self._remember(digest, (until, jti, key, caller))
        if self._is_revoked(caller, jti, key):
            raise InvalidToken()
        return caller

    def _remember(self, digest: bytes, entry: tuple[float, str, str, Caller]) -> None:
        self._seen[digest] = entry
        self._seen.move_to_end(digest)
        while len(self._seen) > _CACHE_SIZE:
            self._seen.popitem(last=False)

    async def _verified(self, token: str, now: float) -> tuple[float, str, str, Caller]:
        kid = _kid_of(token)
        key = await self._key(kid, now)
        try:
            claims = _read(jws.verify(token, key, algorithms=[ALGORITHM]))
            expires = self._checked(claims, now)
            return min(expires, now + _CACHE_SECONDS), claims["jti"], signed_by(kid), from_claims(claims)
        except (JOSEError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidToken() from error

    def _checked(self, claims: Any, now: float) -> float:
        if not isinstance(claims, dict) or any(name not in claims for name in _REQUIRED):
            raise ValueError("a required claim is missing")
        for name in ("iss", "sub", "jti", "tenant"):
            if not isinstance(claims[name], str) or not claims[name]:
                raise ValueError("a claim is not text")
        if any(name in claims and not isinstance(claims[name], str) for name in _TEXTS):
            raise ValueError("a claim is not text")
        for name in ("exp", "iat", "nbf", "rv", "sv"):
            if name not in claims and name in ("nbf", "rv", "sv"):
                continue
            if isinstance(claims[name], bool) or not isinstance(claims[name], int):
                raise ValueError("a time or a version is not a whole number")
        if claims["iss"] != self._issuer or claims["aud"] != self._audience:
            raise ValueError("meant for somebody else")
        if claims["exp"] - claims["iat"] > _LONGEST_LIFE_SECONDS or claims.get("nbf", 0) - 60 > now:
            raise ValueError("not valid at this time")
        if not claims["iat"] - 60 <= now < claims["exp"]:
            raise ValueError("not valid at this time")
        return float(claims["exp"])

    async def _key(self, kid: str, now: float) -> Any:
        key = self._keys.get(kid)
        if key is None or now - self._asked_at > _KEYS_SECONDS:
            # Whoever comes while the keys are being asked for waits for them too.
            async with self._asking:
                since = abs(now - self._asked_at)
                # A key we do not know may be new; a stranger's tokens may not make us ask more than once a second.
                if since > _KEYS_SECONDS or (kid not in self._keys and since >= 1):
                    await self._ask(now)
            key = self._keys.get(kid)
        if key is None:
            raise InvalidToken()
        return key

    async def _ask(self, now: float) -> None:
        published = await self._source()
        self._keys = {
            each["kid"]: self._keys.get(each["kid"]) or jwk.construct(each, ALGORITHM)
            for each in published["keys"]
            if each.get("kty") == "RSA" and each.get("alg") == ALGORITHM
        }
        self._asked_at = now


def _kid_of(token: str) -> str:
    """Return the key id of a token whose header is exactly one of ours."""
    if not _SHAPE.fullmatch(token):
        raise InvalidToken()
    parts = token.split(".")
    try:
        header = _read(_decoded(parts[0]))
        # Base64 has several texts for the same bytes; with one only, nobody makes another token out of a good one.
        if base64.urlsafe_b64encode(_decoded(parts[2])).rstrip(b"=") != parts[2].encode():
            raise ValueError("not the one text of these bytes")
    except (ValueError, RecursionError) as error:
        raise InvalidToken() from error
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise InvalidToken()
    if header["alg"] != ALGORITHM or header["typ"] != TYPE or not isinstance(header["kid"], str):
        raise InvalidToken()
    return header["kid"]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _read(text: bytes) -> Any:
    """Return a JSON document; raises ValueError for a member given twice, and for numbers that JSON does not have."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number in JSON")

"""Makes access tokens by hand, good ones and hostile ones, with the installation's own key where the attack grants it."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from gateway.keys.sealing import Vault
from shared import clock
from tests.databases import SECRET
from tests.system import ISSUER, System

Sign = Callable[[bytes], bytes]


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True)
class Forge:
    """The installation's key in the wrong hands, and what an attacker has without it: the public half."""

    key: rsa.RSAPrivateKey
    kid: str

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": "RS256", "kid": self.kid, "typ": "at+jwt"}

    @property
    def claims(self) -> dict[str, Any]:
        now = int(clock.now().timestamp())
        return {
            "iss": ISSUER,
            "aud": "prm",
            "sub": "acc_01h455vb4pex5vsknk084sn02q",
            "tenant": "tnt_01h455vb4pex5vsknk084sn02q",
            "kind": "vendor",
            "scope": "*:*",
            "iat": now,
            "exp": now + 300,
            "jti": uuid.uuid4().hex,
        }

    def rs256(self, message: bytes) -> bytes:
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def token(
        self,
        *,
        header: Mapping[str, Any] | bytes | None = None,
        claims: Any = None,
        sign: Sign | None = None,
        **changed: Any,
    ) -> str:
        """A token; `changed` are header members and claims to replace, and a value of `...` leaves one out."""
        head = {**self.header, **changed.pop("head", {})} if header is None else header
        body = {**self.claims, **changed} if claims is None else claims
        first, second = (encoded(each if isinstance(each, bytes) else _json(each)) for each in (head, body))
        signature = (sign or self.rs256)(f"{first}.{second}".encode())
        return f"{first}.{second}.{encoded(signature)}"

    def hs(self, secret: bytes, digest: str = "sha256") -> str:
        """A token signed symmetrically with something public."""
        alg = {"sha256": "HS256", "sha384": "HS384", "sha512": "HS512"}[digest]
        return self.token(head={"alg": alg}, sign=lambda message: hmac.new(secret, message, digest).digest())

    def public(self, encoding: Encoding, form: PublicFormat) -> bytes:
        return self.key.public_key().public_bytes(encoding, form)


def _json(value: Any) -> bytes:
    return orjson.dumps({k: v for k, v in value.items() if v is not ...} if isinstance(value, dict) else value)


async def forge(system: System) -> Forge:
    """The forge with this installation's active key."""
    row = await system.superuser.fetchrow("SELECT kid, sealed FROM gateway.signing_keys WHERE status = 'active'")
    assert row is not None
    plain = Vault(SECRET).unseal(row["sealed"], purpose=f"signing key {row['kid']}")
    key = load_der_private_key(plain, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Forge(key, row["kid"])


def attacks() -> dict[str, Callable[[Forge], str]]:
    """Every hostile token by what is wrong with it."""
    return {**_algorithms(), **_headers(), **_claims(), **_shapes()}


def _algorithms() -> dict[str, Callable[[Forge], str]]:
    nothing: Sign = lambda message: b""  # noqa: E731
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    edwards = ed25519.Ed25519PrivateKey.generate()

    def by_stranger(message: bytes) -> bytes:
        return stranger.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def sha(algorithm: hashes.HashAlgorithm, name: str) -> Callable[[Forge], str]:
        return lambda it: it.token(
            head={"alg": name}, sign=lambda message: it.key.sign(message, padding.PKCS1v15(), algorithm)
        )

    def sha1(it: Forge) -> str:
        return it.token(sign=lambda message: it.key.sign(message, padding.PKCS1v15(), hashes.SHA1()))  # noqa: S303

    def pss(it: Forge) -> str:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return it.token(head={"alg": "PS256"}, sign=lambda message: it.key.sign(message, scheme, hashes.SHA256()))

    def pss_as_rs256(it: Forge) -> str:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return it.token(sign=lambda message: it.key.sign(message, scheme, hashes.SHA256()))

    def modulus(it: Forge) -> bytes:
        return it.key.public_key().public_numbers().n.to_bytes(256, "big")

    return {
        **{f"alg {name}, unsigned": _unsigned(name, nothing) for name in ("none", "None", "NONE", "nOnE", "")},
        "alg none with a real signature": lambda it: it.token(head={"alg": "none"}),
        "RS256 without a signature": lambda it: it.token(sign=nothing),
        "HS256 with the public key as PEM": lambda it: it.hs(
            it.public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        ),
        "HS256 with the public key as DER": lambda it: it.hs(
            it.public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ),
        "HS256 with the PKCS1 key as PEM": lambda it: it.hs(it.public(Encoding.PEM, PublicFormat.PKCS1)),
        "HS256 with the PKCS1 key as DER": lambda it: it.hs(it.public(Encoding.DER, PublicFormat.PKCS1)),
        "HS256 with the modulus": lambda it: it.hs(modulus(it)),
        "HS256 with the key id": lambda it: it.hs(it.kid.encode()),
        "HS256 with nothing": lambda it: it.hs(b""),
        "HS384 with the public key": lambda it: it.hs(it.public(Encoding.PEM, PublicFormat.PKCS1), "sha384"),
        "HS512 with the public key": lambda it: it.hs(it.public(Encoding.PEM, PublicFormat.PKCS1), "sha512"),
        "HMAC that calls itself RS256": lambda it: it.token(
            sign=lambda message: hmac.new(it.public(Encoding.PEM, PublicFormat.PKCS1), message, hashlib.sha256).digest()
        ),
        "RS384": sha(hashes.SHA384(), "RS384"),
        "RS512": sha(hashes.SHA512(), "RS512"),
        "SHA-512 that calls itself RS256": sha(hashes.SHA512(), "RS256"),
        "SHA-1 that calls itself RS256": sha1,
        "PS256": pss,
        "PSS that calls itself RS256": pss_as_rs256,
        "ES256": lambda it: it.token(head={"alg": "ES256"}, sign=lambda m: curve.sign(m, ec.ECDSA(hashes.SHA256()))),
        "EdDSA": lambda it: it.token(head={"alg": "EdDSA"}, sign=edwards.sign),
        "a stranger's key under our key id": lambda it: it.token(sign=by_stranger),
        "a stranger's key under its own id": lambda it: it.token(head={"kid": "strange"}, sign=by_stranger),
        "a stranger's key, embedded": lambda it: it.token(head={"jwk": _jwk(stranger)}, sign=by_stranger),
    }


def _headers() -> dict[str, Callable[[Forge], str]]:
    extra: dict[str, Any] = {
        "jku": "https://attacker.example/keys.json",
        "x5u": "https://attacker.example/chain.pem",
        "x5c": ["MIIB"],
        "x5t": "aaaa",
        "crit": ["exp"],
        "b64": False,
        "zip": "DEF",
        "cty": "JWT",
        "enc": "A256GCM",
        "epk": {},
        "p2c": 10_000_000,
        "nonce": "x",
    }
    wrong: dict[str, tuple[str, Any]] = {
        "no alg": ("alg", ...),
        "alg null": ("alg", None),
        "alg a number": ("alg", 256),
        "alg a list": ("alg", ["RS256"]),
        "alg in small letters": ("alg", "rs256"),
        "no typ": ("typ", ...),
        "typ JWT": ("typ", "JWT"),
        "typ of an id token": ("typ", "id_token+jwt"),
        "typ in capitals": ("typ", "AT+JWT"),
        "typ null": ("typ", None),
        "no kid": ("kid", ...),
        "kid unknown": ("kid", "0000000000000000"),
        "kid empty": ("kid", ""),
        "kid null": ("kid", None),
        "kid a number": ("kid", 1),
        "kid a path": ("kid", "../../../../dev/null"),
        "kid an injection": ("kid", "x' UNION SELECT 'secret' --"),
        "kid very long": ("kid", "k" * 4000),
    }
    made: dict[str, Callable[[Forge], str]] = {}
    for name, value in extra.items():
        made[f"header member {name}"] = _with_head(**{name: value})
    for what, (name, value) in wrong.items():
        made[what] = _with_head(**{name: value})
    made["header a list"] = lambda it: it.token(header=b'["RS256"]')
    made["header not JSON"] = lambda it: it.token(header=b"alg=RS256")
    made["header empty"] = lambda it: it.token(header=b"")
    return made


def _claims() -> dict[str, Callable[[Forge], str]]:
    now = int(clock.now().timestamp())
    wrong: dict[str, dict[str, Any]] = {
        **{f"no {name}": {name: ...} for name in ("iss", "aud", "sub", "exp", "iat", "jti", "tenant")},
        "another issuer": {"iss": "https://attacker.example"},
        "issuer with a slash more": {"iss": ISSUER + "/"},
        "issuer a list": {"iss": [ISSUER]},
        "for the services' inner door": {"aud": "internal"},
        "for somebody else": {"aud": "crm"},
        "for several": {"aud": ["prm", "crm"]},
        "audience null": {"aud": None},
        "audience in capitals": {"aud": "PRM"},
        "expired a second ago": {"exp": now - 1},
        "expired long ago": {"exp": 1},
        "expiry text": {"exp": str(now + 300)},
        "expiry a fraction": {"exp": now + 300.5},
        "expiry true": {"exp": True},
        "expiry null": {"exp": None},
        "expiry below zero": {"exp": -now},
        "issued in an hour": {"iat": now + 3600, "exp": now + 7200},
        "issued as text": {"iat": str(now)},
        "issued true": {"iat": True},
        "subject empty": {"sub": ""},
        "subject a number": {"sub": 7},
        "subject an object": {"sub": {"id": "acc"}},
        "tenant empty": {"tenant": ""},
        "tenant null": {"tenant": None},
        "tenant a list": {"tenant": ["tnt_a", "tnt_b"]},
        "jti a number": {"jti": 5},
        "jti empty": {"jti": ""},
        "kind unknown": {"kind": "superuser"},
    }
    return {what: _with_claims(**changed) for what, changed in wrong.items()}


def _shapes() -> dict[str, Callable[[Forge], str]]:
    def swapped(it: Forge) -> str:
        header, _, signature = it.token().split(".")
        return f"{header}.{encoded(orjson.dumps({**it.claims, 'tenant': 'tnt_other'}))}.{signature}"

    def other_header(it: Forge) -> str:
        _, body, signature = it.token().split(".")
        return f"{encoded(orjson.dumps({'typ': 'at+jwt', 'kid': it.kid, 'alg': 'RS256'}))}.{body}.{signature}"

    def flipped(it: Forge) -> str:
        header, body, signature = it.token().split(".")
        middle = "A" if signature[40] != "A" else "B"
        return f"{header}.{body}.{signature[:40]}{middle}{signature[41:]}"

    return {
        "signature cut": lambda it: it.token()[:-8],
        "signature half": lambda it: it.token()[:-171],
        "signature of zeros": lambda it: it.token(sign=lambda message: bytes(256)),
        "signature one bit off": flipped,
        "signature twice": lambda it: it.token() + it.token().rsplit(".", 1)[1],
        "claims swapped": swapped,
        "header written anew": other_header,
        "two parts": lambda it: it.token().rsplit(".", 1)[0],
        "four parts": lambda it: it.token() + ".x",
        "five parts, encrypted": lambda it: ".".join([encoded(b'{"alg":"dir","enc":"A256GCM"}'), "", "aa", "bb", "cc"]),
        "only dots": lambda it: ".." + "." * 20,
        "no parts": lambda it: "q" * 60,
        "a space inside": lambda it: it.token().replace(".", ". ", 1),
        "not ASCII": lambda it: it.token()[:-1] + "é",
        "larger than 8 kB": lambda it: it.token(padding="x" * 8200),
        "claims a list": lambda it: it.token(claims=["sub"]),
        "claims a text": lambda it: it.token(claims="sub"),
        "claims null": lambda it: it.token(claims=b"null"),
        "claims not JSON": lambda it: it.token(claims=b"sub=acc"),
        "claims empty": lambda it: it.token(claims=b""),
        "claims with NaN": lambda it: it.token(claims=b'{"exp":NaN}'),
        "a refresh token": lambda it: "prt_" + "A" * 43,
        "an API key": lambda it: "prm_test_" + "A" * 43,
    }


def _unsigned(alg: str, nothing: Sign) -> Callable[[Forge], str]:
    return lambda it: it.token(head={"alg": alg}, sign=nothing)


def _with_head(**members: Any) -> Callable[[Forge], str]:
    return lambda it: it.token(head=members)


def _with_claims(**changed: Any) -> Callable[[Forge], str]:
    return lambda it: it.token(**changed)


def _jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256, "big")), "e": "AQAB"}

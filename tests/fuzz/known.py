"""What exists in a place, as a portal knows it: ids, versions and what may be done, by role."""

import base64
import random
import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from tests.fuzz.product import Product
from tests.gateway import make as identity
from tests.isolation.place import Place, inhabited
from tests.isolation.reach import FOUND_IN, lists, noun_of
from tests.isolation.selling import branch
from tests.isolation.spares import spares
from tests.system import Client

ROLES: Final = ("tenant_admin", "partner_admin", "sales")
# A second person of the vendor, for what takes four eyes, and of other partners, for what takes two.
COLLEAGUE: Final = "colleague"
NEIGHBOURS: Final = ("branch", "rival")
_TYPEID: Final = re.compile(r"([a-z][a-z_]*)_[0-7][0-9a-hjkmnp-tv-z]{25}")
LISTS: Final = tuple(path for path in lists() if "{" not in path)


@dataclass
class Known:
    """A place, its people by role, and the rows that each of them has seen."""

    product: Product
    place: Place
    people: dict[str, Client] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    with_others: bool = False
    """Whether a colleague and other partners are there as well."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def come_in(self, role: str) -> None:
        """Sign somebody of a role in; who may not come in any more is replaced by a colleague, or all by another place."""
        tenant = self.place.tenant
        known = self.addresses.get(role)
        grant = self.product.do(identity.sign_in(tenant, known)) if known else None
        if (grant is None or grant.status != 201) and (role == ROLES[0] or self._partner_is_active()):
            self.addresses[role] = self.product.do(_hired(self.place, role))
            grant = self.product.do(identity.sign_in(tenant, self.addresses[role]))
        if grant is None or grant.status != 201:
            self.place, self.people, self.addresses, self.rows = _place(self.product), {}, {}, {}
            self.settle_in()
            return
        caller = identity.caller(self.place.tenant, grant)
        self.people[role] = replace(caller, token=self._lasting(str(caller.token)))

    def settle_in(self) -> None:
        """Let somebody of each role come in and look around."""
        for role in ROLES:
            self.come_in(role)
        if self.with_others:
            place = self.place
            beneath = place.tenant.partner(self.product.do(branch(place)))
            self.people |= {COLLEAGUE: place.vendor} | dict(zip(NEIGHBOURS, (beneath, place.rival), strict=True))
        for path in LISTS:
            self.look(path)

    def _partner_is_active(self) -> bool:
        seen = self.product.do(self.place.vendor.get(f"/v1/partners/{self.place.partner.partner_id}"))
        return bool(seen["status"] == "active")

    def _lasting(self, token: str) -> str:
        """The same token, which does not expire while the cases are sent."""
        claims = orjson.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        signer = self.product.system.signer
        assert signer is not None
        return signer.sign({**claims, "exp": claims["iat"] + 36_000})

    def look(self, path: str) -> None:
        """See anew what a list shows to everybody."""
        for role, person in self.people.items():
            answer = self.product.do(person.get(path))
            self.rows[role, path] = answer["data"] if answer.status == 200 else []

    def seen(self, role: str, path: str) -> list[dict[str, Any]]:
        """The rows of a list that a role has seen, or else that the vendor has."""
        path = FOUND_IN.get(path, path)
        return self.rows.get((role, path)) or self.rows.get((ROLES[0], path)) or []

    def filled(self, case: Case, *, role: str, chance: random.Random) -> Case:
        """The case with ids of what exists, where it has ids of nothing; now and then it stays as it is."""
        noun = noun_of(case.path)
        components = case.meta.components if case.meta else {}

        def fits(location: ParameterLocation) -> bool:
            return location in components and components[location].mode.is_positive

        row = None
        if "id" in case.path_parameters and fits(ParameterLocation.PATH) and chance.random() < 0.9:
            found = self.seen(role if chance.random() < 0.8 else ROLES[0], noun)
            if found:
                row = chance.choice(found)
                case.path_parameters = {**case.path_parameters, "id": str(row["id"])}
        if "If-Match" in case.headers and chance.random() < 0.9:
            version = (row or {}).get("version")
            tag = f'"{version}"' if version is not None and chance.random() < 0.3 else "*"
            case.headers = {**case.headers, "If-Match": tag}
        if case.query and fits(ParameterLocation.QUERY):
            case.query = {name: self.with_ids(value, role, chance) for name, value in case.query.items()}
        if isinstance(case.body, dict) and fits(ParameterLocation.BODY):
            case.body = {
                name: value if name == "id" else self.with_ids(value, role, chance) for name, value in case.body.items()
            }
        return case

    def with_ids(self, value: Any, role: str, chance: random.Random, about: dict[str, Any] | None = None) -> Any:
        """A document with ids of what the role has seen, where it has ids of nothing; now and then one stays.

        What names the object that the document is about comes first; what that one names already is not named again.
        """
        if isinstance(value, dict):
            return {name: self.with_ids(each, role, chance, about) for name, each in value.items()}
        if isinstance(value, list):
            return [self.with_ids(each, role, chance, about) for each in value]
        if isinstance(value, str) and (match := _TYPEID.fullmatch(value)) and chance.random() < 0.9:
            return self._an_id(match.group(1), role, chance, about or {}) or value
        return value

    def _an_id(self, prefix: str, role: str, chance: random.Random, about: dict[str, Any]) -> str | None:
        """The id of something with this prefix that names the object, or that the role has seen, or anybody has."""
        naming, own, others = [], [], []
        for (who, _), rows in self.rows.items():
            for row in rows:
                if str(row.get("id", "")).startswith(f"{prefix}_") and row["id"] not in about.values():
                    if about and about["id"] in row.values():
                        naming.append(str(row["id"]))
                    (own if who == role else others).append(str(row["id"]))
        found = naming or own or others
        return chance.choice(found) if found else None


async def _hired(place: Place, role: str) -> str:
    """The address of somebody with a role, who has accepted an invitation."""
    if role != ROLES[0]:
        partner = str(place.partner.partner_id)
        return (await identity.seller(place.tenant, partner_id=partner, roles=(role,)))[1]
    email = identity.address()
    body = {"email": email, "given_name": "Ildikó", "family_name": "Szabó", "roles": [role]}
    account = await place.makes(place.vendor, "/v1/accounts", body)
    await place.does(place.vendor, f"/v1/accounts/{account['id']}", "invite")
    await place.tenant.system.settle()
    token = await identity.token_mailed(place.tenant, email)
    assert (await identity.accept(place.tenant, token)).status == 201
    return email


def settled_in(product: Product) -> Known:
    """A place in which everything has happened, and somebody of each role in it."""
    known = Known(product, _place(product))
    known.settle_in()
    return known


def crowded(product: Product) -> Known:
    """A place in which everything has happened more than once, with colleagues and other partners in it."""
    known = Known(product, _place(product), with_others=True)
    product.do(spares(known.place))
    known.settle_in()
    return known


def _place(product: Product) -> Place:
    return product.do(inhabited(product.system))

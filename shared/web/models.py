"""Base models of request and response bodies, and the types that all of them use."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from shared.db.read import LARGEST_PAGE
from shared.values.basis_points import WHOLE
from shared.values.countries import NUMBERS, PATTERN
from shared.values.ids import pattern
from shared.values.money import CURRENCIES

# The largest whole number that every JSON reader keeps exactly (RFC 8259, section 6).
_SAFE = 9_007_199_254_740_991


class Body(BaseModel):
    """What a caller sends: strict types, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, defer_build=True)


class Out(BaseModel):
    """What a caller gets; the contract that every answer is validated against."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Patch(Body):
    """A merge-patch (RFC 7396): a field left out stays, null clears."""

    def changes(self) -> dict[str, Any]:
        """Return the fields the caller named, null ones included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not an ISO 4217 currency in use")
    return code


def _country(code: str) -> str:
    if code not in NUMBERS:
        raise PydanticCustomError("unknown_country", "No country has this code.")
    return code


def _in_reach(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise PydanticCustomError("out_of_range", "A day from 1900 to 2200.")
    return value


# What is reckoned with: a year may be added to these, and a day taken off.
Day = Annotated[date, AfterValidator(_in_reach)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_reach)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    AfterValidator(_country),
    Field(description="ISO 3166-1 alpha-2.", json_schema_extra={"pattern": PATTERN}),
]
# What is left of a text of blanks is empty.
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Long = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"\S")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$")]
Whole = Annotated[int, Field(ge=-_SAFE, le=_SAFE)]
BasisPoints = Annotated[int, Field(ge=1, le=WHOLE, description="Hundredths of a percent: 3334 is 33.34 %.")]
Rate = Annotated[
    str, StringConstraints(pattern=r"^-?\d{1,9}(\.\d{1,12})?$"), Field(description="A fraction, such as 0.0825.")
]


def id_of(prefix: str) -> Any:
    """Return the type of an id with this prefix."""
    return Annotated[
        str, StringConstraints(pattern=pattern(prefix)), Field(examples=[f"{prefix}_01h455vb4pex5vsknk084sn02q"])
    ]


def typeid(prefix: str) -> Any:
    """Return what makes a text an id with this prefix, for `DealId = Annotated[str, typeid("deal")]`."""
    return Field(pattern=pattern(prefix), examples=[f"{prefix}_01h455vb4pex5vsknk084sn02q"])


def told(*codes: str) -> Any:
    """Return what marks a code that people are told in words: `GET /v1/meta` has its label, under `reasons`.

    Codes are given where the type does not list them: people, or rules that people write, may say others.
    """
    return Field(json_schema_extra={"x-labels": "reasons", **({"examples": list(codes)} if codes else {})})


class MoneyBody(Body):
    """An amount in minor units of its ISO 4217 currency."""

    amount: Annotated[int, Field(ge=-_SAFE, le=_SAFE)]
    currency: Currency


class PositiveMoneyBody(MoneyBody):
    """An amount above zero."""

    amount: Annotated[int, Field(gt=0, le=_SAFE)]


class NothingIn(Body):
    """What an operation that takes no body is sent: nothing, or an object without members."""


class ReasonIn(Body):
    """Why, in words the other side may read, where there is something to say."""

    reason: Long | None = None


class RequiredReasonIn(Body):
    """Why, in words the other side may read."""

    reason: Long


class ExternalReferenceIn(Body):
    """The object's identity in another system: unique for its owner there, for finding it again."""

    system: Code
    type: Code
    id: Short


class ExternalReferenceOut(Out):
    """The object's identity in another system."""

    system: str
    type: str
    id: str


class MoneyOut(Out):
    """An amount in minor units of its ISO 4217 currency."""

    amount: int
    currency: str


class ResourceOut(Out):
    """What every resource carries."""

    object: str
    id: str
    version: int
    created_at: datetime
    updated_at: datetime


class LifecycleOut(ResourceOut):
    """A resource with a lifecycle: what this caller can do with it now."""

    status: str
    allowed_actions: list[str]
    editable_fields: list[str]


class FaultOut(Out):
    """One thing wrong with the input."""

    pointer: str
    code: str
    detail: str


class ProblemOut(BaseModel):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut] = []
    request_id: str | None = None


class CountOut(Out):
    """How many rows a list has; `capped` when there are more than were counted."""

    object: Literal["count"]
    count: int
    capped: bool


def list_of(item: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a page of these items."""
    members: dict[str, Any] = {
        "object": (Literal["list"], ...),
        "data": (Annotated[list[item], Field(max_length=LARGEST_PAGE)], ...),  # type: ignore[valid-type]
        "has_more": (bool, ...),
        "next_cursor": (str | None, ...),
    }
    return create_model(f"{item.__name__.removesuffix('Out')}List", __base__=Out, **members)

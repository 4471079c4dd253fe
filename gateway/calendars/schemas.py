"""A calendar on the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.web.models import Body, Code, Day, LifecycleOut, Out, Patch, Short, id_of

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Zone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}$"),
    Field(description="A name of the IANA time zone database.", examples=["Europe/Berlin"]),
]
Opens = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["09:00"])]
Closes = Annotated[
    str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), Field(examples=["17:00"])
]


class HoursIn(Body):
    """Open on a day of each week, in local time."""

    weekday: Weekday
    opens: Opens = Field(alias="from")
    closes: Closes = Field(alias="to")


class HolidayIn(Body):
    """A day on which nothing is open."""

    on: Day
    name: Short | None = None


Hours = Annotated[list[HoursIn], Field(min_length=1, max_length=50)]
Holidays = Annotated[list[HolidayIn], Field(max_length=500)]


class CalendarIn(Body):
    """A new calendar; its code never changes."""

    id: id_of("cal") | None = None  # type: ignore[valid-type]
    code: Code
    name: Short
    time_zone: Zone = "UTC"
    hours: Hours
    holidays: Holidays = []


class CalendarPatch(Patch):
    """A change to a calendar; a list given replaces the list that was there. Deadlines that are set stay."""

    name: Annotated[Short, Field(default_factory=str)]
    time_zone: Annotated[Zone, Field(default_factory=str)]
    hours: Annotated[Hours, Field(default_factory=list)]
    holidays: Annotated[Holidays, Field(default_factory=list)]


class HoursOut(Out):
    """Open on a day of each week, in local time."""

    weekday: Weekday
    opens: str = Field(alias="from")
    closes: str = Field(alias="to")


class HolidayOut(Out):
    """A day on which nothing is open."""

    on: date
    name: str | None


class CalendarOut(LifecycleOut):
    """Business hours in a time zone. The default one counts wherever no other is named."""

    code: str
    name: str
    time_zone: str
    hours: list[HoursOut]
    holidays: list[HolidayOut]
    is_default: bool

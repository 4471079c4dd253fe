"""Events that the gateway publishes."""

from typing import Any

from shared.events.envelope import Event


class TenantClock(Event):
    """A test tenant's clock was advanced; subject: the tenant, version: how often."""

    type = "tenant.clock.v1"
    public = False

    offset_seconds: int


class CustomFieldState(Event):
    """Full state of a custom field; subject: the field."""

    type = "custom_field.state.v1"
    public = False

    object: str
    key: str
    kind: str
    required: bool
    choices: list[str]
    minimum: str | None
    maximum: str | None
    max_length: int | None
    visible_to_partner: bool
    editable_by_partner: bool
    default_value: Any
    status: str


class CalendarState(Event):
    """Full state of a calendar of business hours; subject: the calendar."""

    type = "calendar.state.v1"
    public = False

    code: str
    time_zone: str
    hours: list[dict[str, str]]
    holidays: list[dict[str, str | None]]
    is_default: bool
    status: str


class AccountState(Event):
    """Full state of an account as far as sister services may know it, who ask for the name; subject: the account."""

    type = "account.state.v1"
    public = False

    account_id: str
    kind: str
    status: str


class PersonSignedUp(Event):
    """A person accepted an invitation and has an account now."""

    type = "account.activated.v1"
    account_id: str
    person_id: str | None
    partner_id: str | None


class AccountDeactivated(Event):
    """An account can no longer sign in."""

    type = "account.deactivated.v1"
    account_id: str


class SecondFactorReset(Event):
    """An administrator took away the second factor that somebody had lost."""

    type = "account.second_factor_reset.v1"
    account_id: str
    person_id: str | None
    partner_id: str | None

"""Events that the gateway publishes."""

from shared.events.envelope import Event


class TenantClock(Event):
    """A test tenant's clock was advanced; subject: the tenant, version: how often."""

    type = "tenant.clock.v1"
    public = False

    offset_seconds: int


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

"""Which events of the services the gateway handles."""

from gateway.accounts import handlers as accounts
from gateway.departures import handlers as departures
from gateway.eventlog.handlers import AnyEvent, log_event
from gateway.invitations import handlers as invitations
from gateway.tokens.issuer import Issuer
from shared.db.provision import SERVICES
from shared.events.inbox import Subscription, on


def subscriptions(issuer: Issuer) -> list[Subscription]:
    """Return what people and partners do to accounts, and every public event for the log."""
    log = [on(source, AnyEvent, log_event) for source in SERVICES]
    return [
        *invitations.subscriptions(issuer),
        *accounts.subscriptions(issuer),
        *departures.subscriptions(issuer),
        *log,
    ]

"""What this service listens to."""

from services.partners.account_teams.handlers import account_changed
from services.partners.people.handlers import person_signed_up
from shared.events.catalog.gateway import AccountState, PersonSignedUp
from shared.events.inbox import on

SUBSCRIPTIONS = [
    on("gateway", PersonSignedUp, person_signed_up),
    on("gateway", AccountState, account_changed),
]

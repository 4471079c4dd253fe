"""What this service listens to."""

from services.partners.people.handlers import person_signed_up
from shared.events.catalog.gateway import PersonSignedUp
from shared.events.inbox import on

SUBSCRIPTIONS = [on("gateway", PersonSignedUp, person_signed_up)]

"""Outgoing mail: the only place where a link in a mail, and the address it goes to, are kept readable."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import instant, key, record, text
from shared.db.walls import plumbing_wall

outgoing_mails = record(
    "outgoing_mails",
    METADATA,
    key("id"),
    text("recipient", personal=True),
    text("purpose", check=("invitation", "password_reset", "second_factor")),
    text("subject"),
    text("body", personal=True),
    instant("created_at"),
    Index("outgoing_mails_newest", "created_at", "id"),
    wall=plumbing_wall(),
)

"""The tables' home: this service's metadata, with the machinery tables every schema carries."""

from sqlalchemy import MetaData

from shared.db.plumbing import plumbing_tables
from shared.db.walls import MONEY

METADATA = MetaData()
# Every row here is money.
PLUMBING = plumbing_tables(METADATA, opened_by=frozenset({MONEY}))

"""The tables' home: the gateway's metadata, with the machinery tables every schema carries."""

from sqlalchemy import MetaData

from shared.db.plumbing import plumbing_tables

METADATA = MetaData()
PLUMBING = plumbing_tables(METADATA)

"""Alembic's entry for its own command line."""

from services.partners.schema import METADATA
from shared.db.migrations import run_env

run_env(METADATA, service="partners")

"""A start asks what is the newest migration without Alembic, and must hear what Alembic would say."""

import pytest
from alembic.script import ScriptDirectory

from shared.db.migrations import configuration
from shared.db.provision import SERVICES
from shared.db.revisions import newest_of


@pytest.mark.parametrize("service", SERVICES)
def test_the_newest_migration_is_the_one_that_alembic_calls_head(service: str) -> None:
    assert newest_of(service) == ScriptDirectory.from_config(configuration(service)).get_current_head()

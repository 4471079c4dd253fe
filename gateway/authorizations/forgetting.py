"""Codes that nobody can use any more, and what was agreed to for them."""

from datetime import timedelta
from typing import Final

from shared import clock
from shared.db.pool import Database

# Until then a second use of a code still ends what the first one got.
_KEPT: Final = timedelta(days=1)
_CODES: Final = "DELETE FROM secrets WHERE kind = 'authorization_code' AND expires_at < $1"
_AGREED: Final = """
DELETE FROM authorizations a WHERE NOT EXISTS
 (SELECT FROM secrets s WHERE s.tenant_id = a.tenant_id AND s.owner_id = a.id AND s.kind = 'authorization_code')
"""


async def forget_old(database: Database) -> None:
    """Delete the codes that ended more than a day ago; the sessions that apps got for them go on."""
    async with database.as_worker(writes=True) as connection:
        await connection.execute(_CODES, clock.now() - _KEPT)
        await connection.execute(_AGREED)

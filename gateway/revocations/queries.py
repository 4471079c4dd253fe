"""Which ids were revoked since a position."""

from shared import clock
from shared.auth.revocations import Page
from shared.db.pool import Database

_PAGE = "SELECT position, revoked_id, until FROM revocations WHERE position > $1 AND until > $2 ORDER BY position LIMIT 10000"


async def revoked_since(database: Database, position: int) -> Page:
    """Return the last position read and what was revoked after the given one, with the end of its last token."""
    async with database.as_worker(writes=True) as connection:
        rows = await connection.fetch(_PAGE, position, clock.now())
    reached = rows[-1]["position"] if rows else position
    return reached, [(row["revoked_id"], row["until"].timestamp()) for row in rows]

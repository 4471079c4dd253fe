"""Audit records get a digest and a place in a feed, so that the sealed log can be made of them.

Those that exist keep no digest and stand at the beginning of the feed, in which transactions are numbered from 1.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE audit_records ADD COLUMN partner_id TEXT COLLATE "C";
ALTER TABLE audit_records ADD COLUMN withheld JSONB;
ALTER TABLE audit_records ADD COLUMN digest TEXT;
ALTER TABLE audit_records ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_records ADD COLUMN xid BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_records ALTER COLUMN epoch DROP DEFAULT;
ALTER TABLE audit_records ALTER COLUMN xid DROP DEFAULT;
ALTER TABLE audit_records ADD COLUMN place BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_records ADD CONSTRAINT audit_records_digest CHECK (digest IS NOT NULL OR xid = 0);
CREATE INDEX audit_records_position ON audit_records (epoch, xid, place);
DROP INDEX audit_records_subject;
REVOKE UPDATE, DELETE ON audit_records FROM prm_incentives_engine, prm_incentives_worker;
"""


def upgrade() -> None:
    """Add the columns; nobody reads the records of one subject here any more."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""A logged request names its key and its app apart, and what it was about by the word that the audit log has for it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE request_logs RENAME COLUMN object_id TO subject;
ALTER INDEX request_logs_object RENAME TO request_logs_subject;
ALTER TABLE request_logs RENAME COLUMN client_id TO oauth_client_id;
ALTER INDEX request_logs_client RENAME TO request_logs_app;
ALTER TABLE request_logs ADD COLUMN api_key_id TEXT COLLATE "C";
UPDATE request_logs SET api_key_id = oauth_client_id, oauth_client_id = NULL WHERE left(oauth_client_id, 4) = 'key_';
CREATE INDEX request_logs_key ON request_logs (tenant_id, api_key_id, created_at, id);
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

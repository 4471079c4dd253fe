"""Cases and requests for more time know who had a hand in their deal."""

from alembic import op

revision = "0039"
down_revision = "0035"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE conflict_cases ADD COLUMN authors JSONB",
    "ALTER TABLE protection_extensions ADD COLUMN authors JSONB",
    # What is decided already is nobody's to decide any more.
    """
    UPDATE conflict_cases AS own SET authors = coalesce(deals.authors, '[]') || to_jsonb(deals.created_by)
    FROM deals
    WHERE deals.tenant_id = own.tenant_id AND deals.id = own.deal_id AND own.status <> 'closed'
    """,
    """
    UPDATE protection_extensions AS own
    SET authors = coalesce(deals.authors, '[]') || jsonb_build_array(deals.created_by, own.asked_by)
    FROM deals
    WHERE deals.tenant_id = own.tenant_id AND deals.id = own.deal_id AND own.status = 'asked'
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

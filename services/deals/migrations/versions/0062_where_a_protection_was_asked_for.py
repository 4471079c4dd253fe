"""A claim knows for which countries its deal asked, whatever a decision has made of them since."""

from alembic import op

revision = "0062"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, as the deals say it today."""
    op.execute("ALTER TABLE protection_claims ADD COLUMN asked_territories JSONB NOT NULL DEFAULT '[]'")
    op.execute(
        "UPDATE protection_claims SET asked_territories = deals.territories FROM deals"
        " WHERE deals.tenant_id = protection_claims.tenant_id AND deals.id = protection_claims.deal_id"
    )
    op.execute("ALTER TABLE protection_claims ALTER COLUMN asked_territories DROP DEFAULT")

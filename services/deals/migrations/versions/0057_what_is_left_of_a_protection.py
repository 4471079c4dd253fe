"""A protection that is asked for something else knows what was left of its time; transfers know whether their deal can move."""

from alembic import op

revision = "0057"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is asked for already was granted nothing before, and is protected in full."""
    op.execute("ALTER TABLE protection_claims ADD COLUMN seconds_left BIGINT")
    op.execute("ALTER TABLE deal_transfers ADD COLUMN held_up BOOLEAN NOT NULL DEFAULT false")
    op.execute(
        "UPDATE deal_transfers SET held_up = true FROM deals WHERE deal_transfers.status = 'open'"
        " AND deals.tenant_id = deal_transfers.tenant_id AND deals.id = deal_transfers.deal_id AND deals.status <> 'approved'"
    )
    op.execute("ALTER TABLE deal_transfers ALTER COLUMN held_up DROP DEFAULT")

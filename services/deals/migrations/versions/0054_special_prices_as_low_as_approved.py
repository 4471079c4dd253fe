"""A special price below the floor is good for prices as low as the one that was approved, and no lower."""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of prices for each one it is known, of shares of a price only to whoever approved them, who is asked anew."""
    op.execute("ALTER TABLE special_prices ADD COLUMN lowest_unit TEXT")
    op.execute("UPDATE special_prices SET lowest_unit = unit_price::text WHERE below_floor AND status = 'approved'")

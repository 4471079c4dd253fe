"""A line of a sell-out report that found its deal can be left to a person, with the reason why it does not count by itself."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_REASONS = (
    *("deal_named", "unknown_deal", "deal_not_live", "other_family"),
    *("close_enough", "ambiguous", "too_unlike", "no_candidate"),
    *("other_customer", "unknown_sku", "already_delivered", "no_amount_in_currency", "exceeds_registration"),
    *("decided_by_a_person", "batch_closed"),
    *("sale_found", "no_sale_left", "given_back"),
)


def upgrade() -> None:
    """Replace the list of reasons; what is there has one of them."""
    op.execute("ALTER TABLE pos_matches DROP CONSTRAINT pos_matches_reason_check")
    op.execute(f"ALTER TABLE pos_matches ADD CHECK (reason IN {_REASONS})")

"""A claim knows with whom a decision has it share its customer, so that it has its ground back when the other lets go."""

from alembic import op

revision = "0064"
down_revision = "0060"
branch_labels = None
depends_on = None

# Each split that is still in the territories of both: the case of the one who lost names the case that took it.
_SPLITS = """
    SELECT own.tenant_id, own.deal_id AS loser, cause.deal_id AS winner, cause.territories AS countries
    FROM conflict_cases own
    JOIN conflict_cases cause ON cause.tenant_id = own.tenant_id AND cause.id = own.caused_by
    WHERE cause.resolution = 'split_scope' AND 'split_scope' IN (own.resolution, own.previous_resolution)
"""
_SHARES = """
    SELECT tenant_id, loser AS deal_id, winner AS other, countries, false AS inside FROM splits
    UNION SELECT tenant_id, winner, loser, countries, true FROM splits
"""


def upgrade() -> None:
    """Add the column, and what was split already."""
    op.execute("ALTER TABLE protection_claims ADD COLUMN shares JSONB")
    op.execute(
        f"WITH splits AS ({_SPLITS}), told AS ({_SHARES}), by_deal AS (SELECT tenant_id, deal_id, jsonb_agg(jsonb_build_object("
        "'deal_id', other, 'countries', countries, 'inside', inside)) AS shares FROM told GROUP BY tenant_id, deal_id)"
        " UPDATE protection_claims SET shares = by_deal.shares FROM by_deal"
        " WHERE by_deal.tenant_id = protection_claims.tenant_id AND by_deal.deal_id = protection_claims.deal_id"
        " AND protection_claims.status IN ('pending', 'active')"
    )

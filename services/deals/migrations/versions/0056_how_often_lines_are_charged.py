"""Lines of quotes say how often they are charged, and drafts that follow an accepted quote are given up, as they are from now on."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # As the products in them are charged today; what differs among the parts of a bundle is charged once.
    """
    UPDATE quotes SET lines = (
        SELECT coalesce(jsonb_agg(jsonb_build_object('charge_period', (
            SELECT CASE WHEN count(DISTINCT coalesce(products.charge_period, '')) = 1 THEN min(products.charge_period) END
            FROM jsonb_array_elements(line -> 'products') AS part
            JOIN products ON products.tenant_id = quotes.tenant_id AND products.sku = part ->> 'sku'
        )) || line ORDER BY place), '[]'::jsonb)
        FROM jsonb_array_elements(lines) WITH ORDINALITY AS listed (line, place)
    )
    """,
    """
    UPDATE quotes SET status = 'superseded', version = quotes.version + 1
    FROM quotes AS before
    WHERE quotes.status = 'draft' AND before.tenant_id = quotes.tenant_id AND before.id = quotes.supersedes_id
    AND before.status = 'accepted'
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

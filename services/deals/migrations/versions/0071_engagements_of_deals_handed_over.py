"""Engagements that were left open when their deal went to another partner are ended, by the application, as they would be now."""

from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

# In the mode that the deal's own events tell.
LOOK_AGAIN = """
    INSERT INTO timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)
    SELECT deals.tenant_id, 'deal_handed_over', deals.id, now(), told.mode, '{}', 0
    FROM deals
    CROSS JOIN LATERAL (
        SELECT events.mode FROM events
        WHERE events.tenant_id = deals.tenant_id AND events.subject = deals.id
        ORDER BY events.id DESC LIMIT 1
    ) AS told
    WHERE deals.status = 'transferred' AND EXISTS (
        SELECT FROM engagements
        WHERE engagements.tenant_id = deals.tenant_id AND engagements.deal_id = deals.id
          AND engagements.status IN ('draft', 'in_approval', 'pending', 'accepted')
    )
    ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Have their deals looked at once."""
    op.execute(LOOK_AGAIN)

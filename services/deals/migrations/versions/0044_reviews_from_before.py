"""Registrations that were in review before decisions were due get a deadline.

Business hours are counted by the application, from the tenant's own calendar; so this only has each of them looked at, and the
deadline is counted from then on. Nothing else would look at them: their timers are set when a review begins.
"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Set the timer of each, in the mode that its own events tell; who waits for a tender waits for its award."""
    op.execute(
        """
        INSERT INTO timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)
        SELECT deals.tenant_id, 'review_due', deals.id, now(), told.mode, '{}', 0
        FROM deals
        CROSS JOIN LATERAL (
            SELECT events.mode FROM events
            WHERE events.tenant_id = deals.tenant_id AND events.subject = deals.id
            ORDER BY events.id DESC LIMIT 1
        ) AS told
        WHERE deals.status = 'in_review' AND deals.decision_due_at IS NULL AND deals.tender_id IS NULL
        ON CONFLICT DO NOTHING
        """
    )

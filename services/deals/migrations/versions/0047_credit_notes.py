"""Credit notes take back their part of what their orders count for; those from before are looked at once."""

from alembic import op

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE order_invoices ADD COLUMN taken_back JSONB",
    # What they are worth is worked out by the application, in the mode that the order's own events tell.
    """
    INSERT INTO timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)
    SELECT orders.tenant_id, 'order_credits', orders.id, now(), told.mode, '{}', 0
    FROM orders
    CROSS JOIN LATERAL (
        SELECT events.mode FROM events
        WHERE events.tenant_id = orders.tenant_id AND events.subject = orders.id
        ORDER BY events.id DESC LIMIT 1
    ) AS told
    WHERE orders.deal_id IS NOT NULL AND orders.kind <> 'sell_in' AND EXISTS (
        SELECT FROM order_invoices AS note
        WHERE note.tenant_id = orders.tenant_id AND note.order_id = orders.id AND note.kind = 'credit_note'
    )
    ON CONFLICT DO NOTHING
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

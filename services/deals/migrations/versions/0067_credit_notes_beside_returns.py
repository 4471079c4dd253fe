"""Credit notes of orders of which something was given back are looked at once more; deals know of those that are drafted into them."""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_STATEMENTS = (
    # What they take back is worked out by the application, in the mode that the order's own events tell.
    """
    INSERT INTO timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)
    SELECT orders.tenant_id, 'order_credits', orders.id, now(), told.mode, '{}', 0
    FROM orders
    CROSS JOIN LATERAL (
        SELECT events.mode FROM events
        WHERE events.tenant_id = orders.tenant_id AND events.subject = orders.id
        ORDER BY events.id DESC LIMIT 1
    ) AS told
    WHERE orders.deal_id IS NOT NULL AND orders.kind <> 'sell_in' AND orders.returned_amount > 0 AND EXISTS (
        SELECT FROM order_invoices AS note
        WHERE note.tenant_id = orders.tenant_id AND note.order_id = orders.id AND note.kind = 'credit_note'
    )
    ON CONFLICT DO NOTHING
    """,
    """
    UPDATE deals SET engaged_at = drafted.first_at
    FROM (
        SELECT tenant_id, deal_id, min(created_at) AS first_at FROM engagements
        WHERE status IN ('draft', 'in_approval') GROUP BY tenant_id, deal_id
    ) AS drafted
    WHERE deals.tenant_id = drafted.tenant_id AND deals.id = drafted.deal_id AND deals.engaged_at IS NULL
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

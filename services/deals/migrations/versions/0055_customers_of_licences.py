"""A licence knows which customer it is of, so that registrations of that customer meet it; running ones are looked at once."""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_STATEMENTS = (
    'ALTER TABLE licences ADD COLUMN customer_id TEXT COLLATE "C"',
    "CREATE INDEX licences_customer ON licences (tenant_id, customer_id) WHERE customer_id IS NOT NULL",
    "UPDATE conflict_cases SET findings = (SELECT coalesce(jsonb_agg('{\"licence_id\": null}'::jsonb || each ORDER BY place),"
    " '[]'::jsonb) FROM jsonb_array_elements(findings) WITH ORDINALITY AS listed (each, place))",
    # Who a customer is, is worked out by the application, in the mode that the licence's own events tell.
    """
    INSERT INTO timers (tenant_id, kind, subject, due_at, mode, arguments, attempts)
    SELECT licences.tenant_id, 'licence_customer', licences.id, now(), told.mode, '{}', 0
    FROM licences
    CROSS JOIN LATERAL (
        SELECT events.mode FROM events
        WHERE events.tenant_id = licences.tenant_id AND events.subject = licences.id
        ORDER BY events.id DESC LIMIT 1
    ) AS told
    WHERE licences.kind IN ('commercial', 'trial') AND licences.status IN ('trial', 'active', 'renewing')
    ON CONFLICT DO NOTHING
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

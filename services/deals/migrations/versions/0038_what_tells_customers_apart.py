"""What else tells customers apart, and where a registration is for."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE customers ADD COLUMN lei TEXT, ADD COLUMN duns TEXT, ADD COLUMN address TEXT, ADD COLUMN email TEXT, ADD COLUMN phone TEXT;
ALTER TABLE deals ADD COLUMN customer_lei TEXT, ADD COLUMN customer_duns TEXT, ADD COLUMN customer_address TEXT, ADD COLUMN customer_email TEXT, ADD COLUMN customer_phone TEXT;
ALTER TABLE deals ADD COLUMN territories JSONB NOT NULL DEFAULT '[]';
ALTER TABLE deals ALTER COLUMN territories DROP DEFAULT;
UPDATE conflict_cases SET customer = '{"lei": null, "duns": null, "address": null}'::jsonb || customer WHERE customer IS NOT NULL;
UPDATE conflict_cases SET findings = (SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(each -> 'customer') = 'object' THEN jsonb_set(each, '{customer}', '{"lei": null, "duns": null, "address": null}'::jsonb || (each -> 'customer')) ELSE each END ORDER BY place), '[]'::jsonb) FROM jsonb_array_elements(findings) WITH ORDINALITY AS listed (each, place));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

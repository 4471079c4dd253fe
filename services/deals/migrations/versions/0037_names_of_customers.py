"""Customers keep what they were registered as, and deals whether what they say of theirs identifies it."""

from alembic import op

revision = "0037"
down_revision = "0040"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE customers ADD COLUMN known_as JSONB NOT NULL DEFAULT '[]';
ALTER TABLE customers ALTER COLUMN known_as DROP DEFAULT;
UPDATE customers c SET known_as = said.known_as FROM (
SELECT tenant_id, customer_id, jsonb_agg(company ORDER BY place) AS known_as FROM (
SELECT tenant_id, customer_id, company, row_number() OVER (PARTITION BY tenant_id, customer_id ORDER BY min(id)) AS place FROM (
SELECT d.tenant_id, d.customer_id, d.id, jsonb_strip_nulls(jsonb_build_object('name', d.customer_name, 'country', d.customer_country, 'domain', d.customer_domain, 'tax_id', d.customer_tax_id)) AS company
FROM deals d JOIN customers o ON o.tenant_id = d.tenant_id AND o.id = d.customer_id
WHERE (d.customer_name, coalesce(d.customer_domain, o.domain), coalesce(d.customer_tax_id, o.tax_id)) IS DISTINCT FROM (o.name, o.domain, o.tax_id)
) each GROUP BY tenant_id, customer_id, company) listed WHERE place <= 50 GROUP BY tenant_id, customer_id
) said WHERE c.tenant_id = said.tenant_id AND c.id = said.customer_id;
ALTER TABLE deals ADD COLUMN customer_identified BOOLEAN NOT NULL DEFAULT false;
UPDATE deals SET customer_identified = true WHERE customer_domain IS NOT NULL OR customer_tax_id IS NOT NULL;
ALTER TABLE deals ALTER COLUMN customer_identified DROP DEFAULT;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

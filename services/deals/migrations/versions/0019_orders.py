"""Orders with their lines, deliveries, returns and invoices; what counts for deals; order policies."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE order_fulfilments (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
order_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
fulfilled_on DATE NOT NULL,
lines JSONB NOT NULL,
quantity BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
source_reference TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX order_fulfilments_once ON order_fulfilments (tenant_id, order_id, source_reference) WHERE source_reference IS NOT NULL;
CREATE INDEX order_fulfilments_day ON order_fulfilments (tenant_id, fulfilled_on);
CREATE INDEX order_fulfilments_order ON order_fulfilments (tenant_id, order_id, created_at, id);
CREATE TABLE order_invoices (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
order_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
number TEXT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
issued_on DATE NOT NULL,
source_reference TEXT,
PRIMARY KEY (tenant_id, id),
CHECK (amount > 0)
);
CREATE UNIQUE INDEX order_invoices_number ON order_invoices (tenant_id, kind, number);
CREATE UNIQUE INDEX order_invoices_once ON order_invoices (tenant_id, order_id, source_reference) WHERE source_reference IS NOT NULL;
CREATE INDEX order_invoices_order ON order_invoices (tenant_id, order_id, created_at, id);
CREATE TABLE order_lines (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
order_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
position INTEGER NOT NULL,
sku TEXT NOT NULL,
product_family TEXT,
description TEXT,
quantity BIGINT NOT NULL,
unit_price BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
due_on DATE,
fulfilled_quantity BIGINT NOT NULL,
returned_quantity BIGINT NOT NULL,
completed_on DATE,
PRIMARY KEY (tenant_id, id),
CHECK (quantity > 0 AND unit_price >= 0 AND amount = quantity * unit_price),
CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
CHECK (returned_quantity BETWEEN 0 AND fulfilled_quantity)
);
CREATE INDEX order_lines_due ON order_lines (tenant_id, due_on, partner_id) WHERE due_on IS NOT NULL;
CREATE INDEX order_lines_newest ON order_lines (tenant_id, created_at, id);
CREATE INDEX order_lines_order ON order_lines (tenant_id, order_id, position);
CREATE INDEX order_lines_partner ON order_lines (tenant_id, partner_id, created_at, id);
CREATE INDEX order_lines_sku ON order_lines (tenant_id, sku, created_at, id);
CREATE TABLE order_matches (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
source TEXT NOT NULL CHECK (source IN ('fulfilment', 'pos_line')),
order_id TEXT COLLATE "C",
fulfilment_id TEXT COLLATE "C",
order_line_id TEXT COLLATE "C",
pos_line_id TEXT COLLATE "C",
sku TEXT NOT NULL,
product_family TEXT,
quantity BIGINT NOT NULL,
unit_price BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
happened_on DATE NOT NULL,
returned_quantity BIGINT NOT NULL,
returned_amount BIGINT NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (quantity > 0 AND returned_quantity BETWEEN 0 AND quantity),
CHECK (returned_amount BETWEEN 0 AND amount)
);
CREATE INDEX order_matches_deal ON order_matches (tenant_id, deal_id, created_at, id);
CREATE INDEX order_matches_happened ON order_matches (tenant_id, happened_on);
CREATE UNIQUE INDEX order_matches_line ON order_matches (tenant_id, order_line_id, fulfilment_id) WHERE order_line_id IS NOT NULL;
CREATE INDEX order_matches_newest ON order_matches (tenant_id, created_at, id);
CREATE INDEX order_matches_partner ON order_matches (tenant_id, partner_id, created_at, id);
CREATE UNIQUE INDEX order_matches_pos_line ON order_matches (tenant_id, pos_line_id, deal_id) WHERE pos_line_id IS NOT NULL;
CREATE TABLE order_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
policy_version INTEGER,
rules JSONB NOT NULL,
accept_when TEXT,
published_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX order_policies_newest ON order_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX order_policies_version ON order_policies (tenant_id, policy_version);
CREATE TABLE order_returns (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
order_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
returned_on DATE NOT NULL,
lines JSONB NOT NULL,
quantity BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
reason TEXT,
source_reference TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX order_returns_once ON order_returns (tenant_id, order_id, source_reference) WHERE source_reference IS NOT NULL;
CREATE INDEX order_returns_day ON order_returns (tenant_id, returned_on);
CREATE INDEX order_returns_order ON order_returns (tenant_id, order_id, created_at, id);
CREATE TABLE orders (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('direct', 'sell_in', 'sell_through')),
status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'validated', 'accepted', 'rejected', 'part_fulfilled', 'fulfilled', 'invoiced', 'closed', 'cancelled')),
number TEXT,
bill_to_partner_id TEXT COLLATE "C" NOT NULL,
sell_to_partner_id TEXT COLLATE "C",
deal_id TEXT COLLATE "C",
customer_name TEXT,
customer_domain TEXT,
customer_country TEXT,
customer_tax_id TEXT,
currency TEXT NOT NULL,
amount BIGINT NOT NULL,
quantity BIGINT NOT NULL,
ordered_on DATE NOT NULL,
due_on DATE,
credit_hold BOOLEAN,
created_by TEXT COLLATE "C" NOT NULL,
submitted_at TIMESTAMP WITH TIME ZONE,
decision_trace JSONB NOT NULL,
policy_version INTEGER,
decided_at TIMESTAMP WITH TIME ZONE,
decided_by TEXT COLLATE "C",
decision_reason TEXT,
fulfilled_amount BIGINT NOT NULL,
returned_amount BIGINT NOT NULL,
invoiced_amount BIGINT NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (returned_amount <= fulfilled_amount AND fulfilled_amount <= amount),
CHECK (invoiced_amount BETWEEN 0 AND amount)
);
CREATE INDEX orders_by_number ON orders (tenant_id, number) WHERE number IS NOT NULL;
CREATE INDEX orders_deal ON orders (tenant_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX orders_due ON orders (tenant_id, due_on) WHERE due_on IS NOT NULL;
CREATE INDEX orders_newest ON orders (tenant_id, created_at, id);
CREATE UNIQUE INDEX orders_number ON orders (tenant_id, partner_id, number) WHERE number IS NOT NULL;
CREATE INDEX orders_ordered ON orders (tenant_id, ordered_on);
CREATE INDEX orders_partner ON orders (tenant_id, partner_id, created_at, id);
CREATE INDEX orders_status ON orders (tenant_id, status, created_at, id);
ALTER TABLE order_fulfilments ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_fulfilments FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_fulfilments TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_fulfilments TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_fulfilments TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_fulfilments TO prm_deals_app;
CREATE POLICY app ON order_fulfilments TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_fulfilments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_fulfilments.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_fulfilments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_fulfilments.partner_id)));
ALTER TABLE order_invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_invoices TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_invoices TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_invoices TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_invoices TO prm_deals_app;
CREATE POLICY app ON order_invoices TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_invoices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_invoices.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_invoices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_invoices.partner_id)));
ALTER TABLE order_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_lines TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_lines TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_lines TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_lines TO prm_deals_app;
CREATE POLICY app ON order_lines TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_lines.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_lines.partner_id)));
ALTER TABLE order_matches ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_matches FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_matches TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_matches TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_matches TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_matches TO prm_deals_app;
CREATE POLICY app ON order_matches TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_matches.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_matches.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_matches.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_matches.partner_id)));
ALTER TABLE order_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_policies TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_policies TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_policies TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_policies TO prm_deals_app;
CREATE POLICY app ON order_policies TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE order_returns ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_returns FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON order_returns TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON order_returns TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON order_returns TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_returns TO prm_deals_app;
CREATE POLICY app ON order_returns TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_returns.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR order_returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = order_returns.partner_id)));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON orders TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON orders TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO prm_deals_app;
CREATE POLICY app ON orders TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR orders.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = orders.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR orders.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = orders.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

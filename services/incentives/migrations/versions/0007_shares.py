"""What is earned on a sale is shared: a partner's part of it is a row of its own, and keys name sale and partner."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE parts (
tenant_id TEXT COLLATE "C" NOT NULL,
sale_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
source TEXT NOT NULL CHECK (source IN ('deals', 'orders')),
role TEXT NOT NULL,
basis_points INTEGER NOT NULL,
amount BIGINT NOT NULL,
whole BIGINT NOT NULL,
currency TEXT NOT NULL,
closed_on DATE NOT NULL,
outcome TEXT NOT NULL CHECK (outcome IN ('accrued', 'nothing', 'waiting')),
tier TEXT,
rules JSONB NOT NULL,
reasons JSONB NOT NULL,
PRIMARY KEY (tenant_id, sale_id, partner_id)
);
CREATE INDEX parts_closed ON parts (tenant_id, closed_on, sale_id);
CREATE INDEX parts_partner ON parts (tenant_id, partner_id, closed_on, sale_id);
CREATE INDEX parts_waiting ON parts (tenant_id, outcome, currency, sale_id);
CREATE TABLE splits (
tenant_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
shares JSONB NOT NULL,
version INTEGER NOT NULL,
PRIMARY KEY (tenant_id, deal_id)
);
INSERT INTO parts (tenant_id, sale_id, partner_id, deal_id, source, role, basis_points, amount, whole, currency, closed_on, outcome, tier, rules, reasons)
SELECT tenant_id, id, partner_id, id, 'deals', 'source', 10000, amount, amount, currency, closed_on, outcome, tier, rules, reasons FROM sales;
DROP INDEX sales_partner;
DROP INDEX sales_waiting;
ALTER TABLE sales ADD COLUMN source TEXT CHECK (source IN ('deals', 'orders'));
ALTER TABLE sales ADD COLUMN deal_id TEXT COLLATE "C";
UPDATE sales SET source = 'deals', deal_id = id;
ALTER TABLE sales ALTER COLUMN source SET NOT NULL;
ALTER TABLE sales ALTER COLUMN deal_id SET NOT NULL;
ALTER TABLE sales ALTER COLUMN customer_id DROP NOT NULL;
ALTER TABLE sales DROP COLUMN outcome, DROP COLUMN tier, DROP COLUMN rules, DROP COLUMN reasons;
CREATE INDEX sales_deal ON sales (tenant_id, deal_id, id);
ALTER TABLE returns RENAME COLUMN deal_id TO sale_id;
ALTER TABLE returns DROP CONSTRAINT returns_pkey;
ALTER TABLE returns ADD PRIMARY KEY (tenant_id, return_id, sale_id);
ALTER INDEX returns_deal RENAME TO returns_sale;
ALTER TABLE credits ADD COLUMN sale_id TEXT COLLATE "C";
UPDATE credits SET sale_id = deal_id;
ALTER TABLE credits DROP CONSTRAINT credits_pkey;
ALTER TABLE credits ADD PRIMARY KEY (tenant_id, source, source_id, sale_id, partner_id, plan_id, component);
DROP INDEX credits_deal;
DROP INDEX credits_in_order;
CREATE INDEX credits_sale ON credits (tenant_id, sale_id);
CREATE INDEX credits_in_order ON credits (tenant_id, partner_id, plan_id, component, period, happened_on, happened_at, source_id, sale_id);
ALTER TABLE earnings ADD COLUMN sale_id TEXT COLLATE "C";
UPDATE earnings SET sale_id = deal_id;
ALTER TABLE earnings ALTER COLUMN sale_id SET NOT NULL;
ALTER TABLE earnings DROP CONSTRAINT earnings_once;
ALTER TABLE earnings ADD CONSTRAINT earnings_once UNIQUE (tenant_id, source, source_id, sale_id, partner_id, plan_id, component, line);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE parts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parts TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parts TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parts TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON parts TO prm_incentives_app;
CREATE POLICY app ON parts TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR parts.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = parts.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR parts.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = parts.partner_id)));
ALTER TABLE splits ENABLE ROW LEVEL SECURITY;
ALTER TABLE splits FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON splits TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON splits TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON splits TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON splits TO prm_incentives_app;
CREATE POLICY app ON splits TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Sell-out reports, their lines, and what these were matched to."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE pos_batches (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
reference TEXT,
period_from DATE NOT NULL,
period_to DATE NOT NULL,
currency TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('received', 'matching', 'matched', 'closed')),
line_count INTEGER NOT NULL,
repeated_count INTEGER NOT NULL,
amount BIGINT NOT NULL,
quantity BIGINT NOT NULL,
created_by TEXT COLLATE "C" NOT NULL,
closed_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id),
CHECK (period_from < period_to)
);
CREATE INDEX pos_batches_from ON pos_batches (tenant_id, period_from);
CREATE INDEX pos_batches_newest ON pos_batches (tenant_id, created_at, id);
CREATE INDEX pos_batches_partner ON pos_batches (tenant_id, partner_id, created_at, id);
CREATE TABLE pos_lines (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
batch_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
source_line TEXT NOT NULL,
sold_on DATE NOT NULL,
sku TEXT NOT NULL,
product_family TEXT,
quantity BIGINT NOT NULL,
unit_price BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
customer_name TEXT NOT NULL,
customer_domain TEXT,
customer_country TEXT,
customer_tax_id TEXT,
deal_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id),
CHECK (quantity > 0 AND unit_price >= 0 AND amount = quantity * unit_price)
);
CREATE INDEX pos_lines_batch ON pos_lines (tenant_id, batch_id, id);
CREATE INDEX pos_lines_newest ON pos_lines (tenant_id, created_at, id);
CREATE UNIQUE INDEX pos_lines_once ON pos_lines (tenant_id, partner_id, source_line);
CREATE INDEX pos_lines_partner ON pos_lines (tenant_id, partner_id, created_at, id);
CREATE INDEX pos_lines_sku ON pos_lines (tenant_id, sku, created_at, id);
CREATE INDEX pos_lines_sold ON pos_lines (tenant_id, sold_on);
CREATE INDEX pos_lines_source ON pos_lines (tenant_id, source_line);
CREATE TABLE pos_matches (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
pos_line_id TEXT COLLATE "C" NOT NULL,
batch_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL CHECK (status IN ('unmatched', 'matched', 'split', 'rejected')),
reason TEXT NOT NULL CHECK (reason IN ('deal_named', 'unknown_deal', 'deal_not_live', 'other_family', 'close_enough', 'ambiguous', 'too_unlike', 'no_candidate', 'decided_by_a_person', 'batch_closed')),
score TEXT,
candidates JSONB NOT NULL,
engine_version TEXT NOT NULL,
deals JSONB NOT NULL,
note TEXT,
resolved_by TEXT COLLATE "C",
resolved_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX pos_matches_batch ON pos_matches (tenant_id, batch_id, status, created_at, id);
CREATE UNIQUE INDEX pos_matches_line ON pos_matches (tenant_id, pos_line_id);
CREATE INDEX pos_matches_newest ON pos_matches (tenant_id, created_at, id);
CREATE INDEX pos_matches_partner ON pos_matches (tenant_id, partner_id, created_at, id);
CREATE INDEX pos_matches_reason ON pos_matches (tenant_id, reason, created_at, id);
CREATE INDEX pos_matches_status ON pos_matches (tenant_id, status, created_at, id);
ALTER TABLE pos_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE pos_batches FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pos_batches TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pos_batches TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_batches TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_batches TO prm_deals_app;
CREATE POLICY app ON pos_batches TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_batches.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_batches.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_batches.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_batches.partner_id)));
ALTER TABLE pos_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE pos_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pos_lines TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pos_lines TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_lines TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_lines TO prm_deals_app;
CREATE POLICY app ON pos_lines TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_lines.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_lines.partner_id)));
ALTER TABLE pos_matches ENABLE ROW LEVEL SECURITY;
ALTER TABLE pos_matches FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pos_matches TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pos_matches TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_matches TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_matches TO prm_deals_app;
CREATE POLICY app ON pos_matches TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

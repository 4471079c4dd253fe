"""Licences, their recurring invoices, and how many are free by tier."""

from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE licence_allowances (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('nfr', 'demo')),
tier TEXT,
quantity BIGINT NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (quantity >= 0)
);
CREATE INDEX licence_allowances_newest ON licence_allowances (tenant_id, created_at, id);
CREATE UNIQUE INDEX licence_allowances_of ON licence_allowances (tenant_id, kind, coalesce(tier, ''));
CREATE TABLE licence_invoices (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
licence_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
number TEXT NOT NULL,
period_from DATE NOT NULL,
period_to DATE NOT NULL,
amount BIGINT NOT NULL,
unserved_amount BIGINT NOT NULL,
currency TEXT NOT NULL,
issued_on DATE NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (period_from < period_to AND amount > 0 AND unserved_amount BETWEEN 0 AND amount)
);
CREATE INDEX licence_invoices_of ON licence_invoices (tenant_id, licence_id, created_at, id);
CREATE UNIQUE INDEX licence_invoices_once ON licence_invoices (tenant_id, licence_id, number);
CREATE TABLE licences (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('commercial', 'trial', 'nfr', 'demo')),
status TEXT NOT NULL CHECK (status IN ('trial', 'active', 'renewing', 'renewed', 'lapsed', 'cancelled')),
customer_name TEXT NOT NULL,
customer_domain TEXT,
customer_country TEXT,
customer_tax_id TEXT,
sku TEXT NOT NULL,
product_family TEXT NOT NULL,
quantity BIGINT NOT NULL,
unit_price BIGINT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
term_months INTEGER NOT NULL,
time_zone TEXT NOT NULL,
starts_on DATE NOT NULL,
ends_on DATE NOT NULL,
renewal_lead_days INTEGER NOT NULL,
deal_id TEXT COLLATE "C",
renewal_of TEXT COLLATE "C",
renewed_by TEXT COLLATE "C",
renewal_deal_id TEXT COLLATE "C",
cancelled_on DATE,
cancel_reason TEXT,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (starts_on < ends_on AND quantity > 0 AND unit_price >= 0 AND amount = quantity * unit_price)
);
CREATE INDEX licences_ends ON licences (tenant_id, ends_on);
CREATE INDEX licences_free ON licences (tenant_id, partner_id, kind, status);
CREATE INDEX licences_kind ON licences (tenant_id, kind, created_at, id);
CREATE INDEX licences_newest ON licences (tenant_id, created_at, id);
CREATE INDEX licences_partner ON licences (tenant_id, partner_id, created_at, id);
CREATE UNIQUE INDEX licences_renewal ON licences (tenant_id, renewal_of) WHERE renewal_of IS NOT NULL;
CREATE INDEX licences_sku ON licences (tenant_id, sku, created_at, id);
CREATE INDEX licences_status ON licences (tenant_id, status, created_at, id);
ALTER TABLE licence_allowances ENABLE ROW LEVEL SECURITY;
ALTER TABLE licence_allowances FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON licence_allowances TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON licence_allowances TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON licence_allowances TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON licence_allowances TO prm_deals_app;
CREATE POLICY app_reads ON licence_allowances FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON licence_allowances TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE licence_invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE licence_invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON licence_invoices TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON licence_invoices TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON licence_invoices TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON licence_invoices TO prm_deals_app;
CREATE POLICY app ON licence_invoices TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR licence_invoices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = licence_invoices.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR licence_invoices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = licence_invoices.partner_id)));
ALTER TABLE licences ENABLE ROW LEVEL SECURITY;
ALTER TABLE licences FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON licences TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON licences TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON licences TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON licences TO prm_deals_app;
CREATE POLICY app ON licences TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR licences.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = licences.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR licences.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = licences.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

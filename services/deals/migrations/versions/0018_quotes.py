"""Price promotions, special prices and quotes; deals say when something quoted for them is not sold any more."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN end_of_sale_on DATE;
CREATE TABLE price_promotions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
percent TEXT,
amount BIGINT,
currency TEXT,
effective_from DATE NOT NULL,
effective_to DATE NOT NULL,
product_families JSONB NOT NULL,
skus JSONB NOT NULL,
tiers JSONB NOT NULL,
countries JSONB NOT NULL,
minimum_quantity INTEGER NOT NULL,
stackable BOOLEAN NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'ended', 'withdrawn')),
is_public BOOLEAN NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK ((percent IS NULL) <> (amount IS NULL))
);
CREATE UNIQUE INDEX price_promotions_code ON price_promotions (tenant_id, code);
CREATE INDEX price_promotions_effective ON price_promotions (tenant_id, effective_from);
CREATE INDEX price_promotions_in_force ON price_promotions (tenant_id, status, effective_to);
CREATE INDEX price_promotions_newest ON price_promotions (tenant_id, created_at, id);
CREATE TABLE quote_numbers (
tenant_id TEXT COLLATE "C" NOT NULL,
last_no BIGINT NOT NULL,
PRIMARY KEY (tenant_id)
);
CREATE TABLE quote_products (
tenant_id TEXT COLLATE "C" NOT NULL,
quote_id TEXT COLLATE "C" NOT NULL,
sku TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, quote_id, sku)
);
CREATE INDEX quote_products_sku ON quote_products (tenant_id, sku, quote_id);
CREATE TABLE quotes (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C",
number_no BIGINT,
revision INTEGER NOT NULL,
supersedes_id TEXT COLLATE "C",
customer_name TEXT NOT NULL,
customer_country TEXT,
currency TEXT NOT NULL,
lines JSONB NOT NULL,
net_amount BIGINT NOT NULL,
tax JSONB,
price_list_id TEXT COLLATE "C" NOT NULL,
valid_days INTEGER NOT NULL,
valid_until TIMESTAMP WITH TIME ZONE,
terms TEXT,
locale TEXT NOT NULL CHECK (locale IN ('en', 'de', 'hu')),
end_of_sale_on DATE,
status TEXT NOT NULL CHECK (status IN ('draft', 'issued', 'accepted', 'declined', 'expired', 'superseded')),
issued_at TIMESTAMP WITH TIME ZONE,
accepted_at TIMESTAMP WITH TIME ZONE,
declined_at TIMESTAMP WITH TIME ZONE,
decline_reason TEXT,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id),
CONSTRAINT quotes_number UNIQUE (tenant_id, number_no, revision)
);
CREATE INDEX quotes_created_by ON quotes (tenant_id, created_by);
CREATE INDEX quotes_deal ON quotes (tenant_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX quotes_newest ON quotes (tenant_id, created_at, id);
CREATE INDEX quotes_partner ON quotes (tenant_id, partner_id, created_at, id);
CREATE INDEX quotes_valid ON quotes (tenant_id, valid_until) WHERE valid_until IS NOT NULL;
CREATE TABLE special_prices (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C",
customer_name TEXT,
sku TEXT NOT NULL,
currency TEXT NOT NULL,
percent TEXT,
unit_price BIGINT,
quantity_cap BIGINT NOT NULL,
used_quantity BIGINT NOT NULL,
expires_on DATE NOT NULL,
reason TEXT,
status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'consumed', 'expired', 'rejected', 'withdrawn')),
requested_by TEXT COLLATE "C" NOT NULL,
decided_at TIMESTAMP WITH TIME ZONE,
decided_by TEXT COLLATE "C",
decision_reason TEXT,
below_floor BOOLEAN NOT NULL,
first_approved_by TEXT COLLATE "C",
first_terms JSONB,
PRIMARY KEY (tenant_id, id),
CHECK ((percent IS NULL) <> (unit_price IS NULL)),
CONSTRAINT special_prices_quantity CHECK (used_quantity BETWEEN 0 AND quantity_cap)
);
CREATE INDEX special_prices_deal ON special_prices (tenant_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX special_prices_expires ON special_prices (tenant_id, expires_on);
CREATE INDEX special_prices_newest ON special_prices (tenant_id, created_at, id);
CREATE INDEX special_prices_partner ON special_prices (tenant_id, partner_id, created_at, id);
CREATE INDEX special_prices_sku ON special_prices (tenant_id, sku, created_at, id);
ALTER TABLE price_promotions ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_promotions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON price_promotions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON price_promotions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON price_promotions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON price_promotions TO prm_deals_app;
CREATE POLICY app_reads ON price_promotions FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (price_promotions.is_public OR left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')));
CREATE POLICY app ON price_promotions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE quote_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE quote_numbers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON quote_numbers TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON quote_numbers TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON quote_numbers TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON quote_numbers TO prm_deals_app;
CREATE POLICY app ON quote_numbers TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE quote_products ENABLE ROW LEVEL SECURITY;
ALTER TABLE quote_products FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON quote_products TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON quote_products TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON quote_products TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON quote_products TO prm_deals_app;
CREATE POLICY app ON quote_products TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR quote_products.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = quote_products.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR quote_products.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = quote_products.partner_id)));
ALTER TABLE quotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE quotes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON quotes TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON quotes TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON quotes TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON quotes TO prm_deals_app;
CREATE POLICY app ON quotes TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR quotes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = quotes.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR quotes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = quotes.partner_id)));
ALTER TABLE special_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE special_prices FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON special_prices TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON special_prices TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON special_prices TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON special_prices TO prm_deals_app;
CREATE POLICY app ON special_prices TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR special_prices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = special_prices.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR special_prices.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = special_prices.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Products, bundles and price lists."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE bundles (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
sku TEXT NOT NULL,
name TEXT NOT NULL,
names JSONB NOT NULL,
components JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX bundles_newest ON bundles (tenant_id, created_at, id);
CREATE UNIQUE INDEX bundles_sku ON bundles (tenant_id, sku);
CREATE TABLE bundles_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX bundles_words_found ON bundles_words (tenant_id, word, id);
CREATE TABLE price_list_audience (
tenant_id TEXT COLLATE "C" NOT NULL,
price_list_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, price_list_id, partner_id)
);
CREATE INDEX price_list_audience_partner ON price_list_audience (tenant_id, partner_id, price_list_id);
CREATE TABLE price_list_entries (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
price_list_id TEXT COLLATE "C" NOT NULL,
sku TEXT NOT NULL,
currency TEXT NOT NULL,
price BIGINT NOT NULL,
breaks JSONB NOT NULL,
cost BIGINT,
floor_price BIGINT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX price_list_entries_newest ON price_list_entries (tenant_id, price_list_id, created_at, id);
CREATE INDEX price_list_entries_of_sku ON price_list_entries (tenant_id, sku);
CREATE UNIQUE INDEX price_list_entries_sku ON price_list_entries (tenant_id, price_list_id, sku);
CREATE TABLE price_lists (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
tier TEXT,
currency TEXT NOT NULL,
countries JSONB NOT NULL,
territory INT4MULTIRANGE NOT NULL,
effective_from DATE NOT NULL,
effective_to DATE,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'superseded')),
floor_margin TEXT,
below_floor TEXT NOT NULL CHECK (below_floor IN ('second_person', 'refused')),
published_at TIMESTAMP WITH TIME ZONE,
published_by TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id),
CHECK (effective_to >= effective_from),
CONSTRAINT price_lists_one_at_a_time EXCLUDE USING gist (tenant_id WITH =, coalesce(tier, '') WITH =, currency WITH =, territory WITH &&, daterange(effective_from, effective_to) WITH &&) WHERE (status <> 'draft')
);
CREATE INDEX price_lists_currency ON price_lists (tenant_id, currency, tier);
CREATE INDEX price_lists_effective ON price_lists (tenant_id, effective_from);
CREATE INDEX price_lists_newest ON price_lists (tenant_id, created_at, id);
CREATE TABLE products (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
sku TEXT NOT NULL,
product_family TEXT NOT NULL,
name TEXT NOT NULL,
names JSONB NOT NULL,
description TEXT,
unit TEXT NOT NULL,
countries JSONB NOT NULL,
required_credential TEXT,
charge TEXT NOT NULL CHECK (charge IN ('one_off', 'recurring')),
charge_period TEXT CHECK (charge_period IN ('month', 'quarter', 'year')),
available_on DATE NOT NULL,
end_of_sale_on DATE,
end_of_life_on DATE,
status TEXT NOT NULL CHECK (status IN ('announced', 'active', 'end_of_sale', 'end_of_life')),
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX products_end_of_sale ON products (tenant_id, end_of_sale_on) WHERE end_of_sale_on IS NOT NULL;
CREATE INDEX products_family ON products (tenant_id, product_family, created_at, id);
CREATE INDEX products_newest ON products (tenant_id, created_at, id);
CREATE UNIQUE INDEX products_sku ON products (tenant_id, sku);
CREATE TABLE products_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX products_words_found ON products_words (tenant_id, word, id);
ALTER TABLE bundles ENABLE ROW LEVEL SECURITY;
ALTER TABLE bundles FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON bundles TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON bundles TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON bundles TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON bundles TO prm_deals_app;
CREATE POLICY app_reads ON bundles FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON bundles TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE bundles_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE bundles_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON bundles_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON bundles_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON bundles_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON bundles_words TO prm_deals_app;
CREATE POLICY app_reads ON bundles_words FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON bundles_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE price_list_audience ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_list_audience FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON price_list_audience TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON price_list_audience TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON price_list_audience TO prm_deals_engine;
CREATE POLICY worker ON price_list_audience TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON price_list_audience TO prm_deals_worker;
CREATE POLICY app ON price_list_audience TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON price_list_audience TO prm_deals_app;
ALTER TABLE price_list_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_list_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON price_list_entries TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON price_list_entries TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON price_list_entries TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON price_list_entries TO prm_deals_app;
CREATE POLICY app ON price_list_entries TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM price_list_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.price_list_id = price_list_entries.price_list_id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM price_list_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.price_list_id = price_list_entries.price_list_id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
ALTER TABLE price_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_lists FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON price_lists TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON price_lists TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON price_lists TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON price_lists TO prm_deals_app;
CREATE POLICY app ON price_lists TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM price_list_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.price_list_id = price_lists.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM price_list_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.price_list_id = price_lists.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON products TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON products TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON products TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON products TO prm_deals_app;
CREATE POLICY app_reads ON products FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON products TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE products_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE products_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON products_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON products_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON products_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON products_words TO prm_deals_app;
CREATE POLICY app_reads ON products_words FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON products_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

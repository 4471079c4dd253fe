"""Words by which objects are found; rows from before get theirs from the data step of `prm migrate`."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE customers_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX customers_words_found ON customers_words (tenant_id, word, id);
CREATE TABLE deals_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX deals_words_found ON deals_words (tenant_id, word, id);
CREATE INDEX deals_words_of_partner ON deals_words (tenant_id, partner_id, word, id);
CREATE TABLE product_families_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX product_families_words_found ON product_families_words (tenant_id, word, id);
ALTER TABLE customers_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON customers_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON customers_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON customers_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers_words TO prm_deals_app;
CREATE POLICY app ON customers_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE deals_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE deals_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deals_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deals_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deals_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deals_words TO prm_deals_app;
CREATE POLICY app ON deals_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR deals_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deals_words.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR deals_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deals_words.partner_id)));
ALTER TABLE product_families_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_families_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON product_families_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON product_families_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families_words TO prm_deals_app;
CREATE POLICY app_reads ON product_families_words FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON product_families_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

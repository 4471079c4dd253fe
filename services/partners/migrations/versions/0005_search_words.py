"""Words by which objects are found; rows from before get theirs from the data step of `prm migrate`."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE applications_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX applications_words_found ON applications_words (tenant_id, word, id);
CREATE TABLE partners_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX partners_words_found ON partners_words (tenant_id, word, id);
CREATE INDEX partners_words_of_partner ON partners_words (tenant_id, partner_id, word, id);
CREATE TABLE people_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX people_words_found ON people_words (tenant_id, word, id);
CREATE INDEX people_words_of_partner ON people_words (tenant_id, partner_id, word, id);
CREATE TABLE programs_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX programs_words_found ON programs_words (tenant_id, word, id);
ALTER TABLE applications_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON applications_words TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON applications_words TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON applications_words TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications_words TO prm_partners_app;
CREATE POLICY app ON applications_words TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE partners_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partners_words TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partners_words TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_words TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_words TO prm_partners_app;
CREATE POLICY app ON partners_words TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partners_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partners_words.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partners_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partners_words.partner_id)));
ALTER TABLE people_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON people_words TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON people_words TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON people_words TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_words TO prm_partners_app;
CREATE POLICY app ON people_words TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR people_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = people_words.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR people_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = people_words.partner_id)));
ALTER TABLE programs_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE programs_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON programs_words TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON programs_words TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON programs_words TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON programs_words TO prm_partners_app;
CREATE POLICY app_reads ON programs_words FOR SELECT TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON programs_words TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

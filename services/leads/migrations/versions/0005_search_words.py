"""Words by which objects are found; rows from before get theirs from the data step of `prm migrate`."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE leads_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX leads_words_found ON leads_words (tenant_id, word, id);
CREATE INDEX leads_words_of_partner ON leads_words (tenant_id, partner_id, word, id);
ALTER TABLE leads_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON leads_words TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON leads_words TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON leads_words TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON leads_words TO prm_leads_app;
CREATE POLICY app ON leads_words TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads_words.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads_words.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads_words.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

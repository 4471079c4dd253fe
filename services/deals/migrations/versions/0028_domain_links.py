"""Domains of one house are known."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE domain_links (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
from_domain TEXT NOT NULL,
to_domain TEXT NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('alias', 'parent')),
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX domain_links_newest ON domain_links (tenant_id, created_at, id);
CREATE UNIQUE INDEX domain_links_pair ON domain_links (tenant_id, from_domain, to_domain);
CREATE INDEX domain_links_to ON domain_links (tenant_id, to_domain);
ALTER TABLE domain_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE domain_links FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON domain_links TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON domain_links TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON domain_links TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON domain_links TO prm_deals_app;
CREATE POLICY app ON domain_links TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

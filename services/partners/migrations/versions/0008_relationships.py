"""Which partner stands above which, since when, and what it sees of the one below."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE relationship_parties (
tenant_id TEXT COLLATE "C" NOT NULL,
relationship_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, relationship_id, partner_id)
);
CREATE INDEX relationship_parties_partner ON relationship_parties (tenant_id, partner_id, relationship_id);
CREATE TABLE relationships (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
parent_partner_id TEXT COLLATE "C" NOT NULL,
child_partner_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('parent_of', 'distributes_to', 'location_of')),
visibility TEXT NOT NULL CHECK (visibility IN ('none', 'aggregate', 'records', 'records_and_money')),
effective_from DATE NOT NULL,
effective_to DATE,
status TEXT NOT NULL CHECK (status IN ('offered', 'scheduled', 'active', 'ended', 'declined', 'withdrawn', 'expired')),
offered_by TEXT COLLATE "C",
expires_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id),
CHECK (parent_partner_id <> child_partner_id),
CHECK (effective_to >= effective_from),
CONSTRAINT relationships_once EXCLUDE USING gist (tenant_id WITH =, parent_partner_id WITH =, child_partner_id WITH =, kind WITH =, daterange(effective_from, effective_to) WITH &&) WHERE (status IN ('scheduled', 'active', 'ended'))
);
CREATE INDEX relationships_child ON relationships (tenant_id, child_partner_id, created_at, id);
CREATE INDEX relationships_kind ON relationships (tenant_id, kind, created_at, id);
CREATE INDEX relationships_newest ON relationships (tenant_id, created_at, id);
CREATE INDEX relationships_parent ON relationships (tenant_id, parent_partner_id, created_at, id);
CREATE INDEX relationships_status ON relationships (tenant_id, status, created_at, id);
ALTER TABLE relationship_parties ENABLE ROW LEVEL SECURITY;
ALTER TABLE relationship_parties FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON relationship_parties TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON relationship_parties TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON relationship_parties TO prm_partners_engine;
CREATE POLICY worker ON relationship_parties TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON relationship_parties TO prm_partners_worker;
CREATE POLICY app ON relationship_parties TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON relationship_parties TO prm_partners_app;
ALTER TABLE relationships ENABLE ROW LEVEL SECURITY;
ALTER TABLE relationships FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON relationships TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON relationships TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON relationships TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON relationships TO prm_partners_app;
CREATE POLICY app ON relationships TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM relationship_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.relationship_id = relationships.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM relationship_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.relationship_id = relationships.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

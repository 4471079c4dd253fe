"""Partners take part in each other's deals: what is shared of a deal by which template, and with whom."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN engaged_at TIMESTAMP WITH TIME ZONE;
CREATE TABLE engagement_parties (
tenant_id TEXT COLLATE "C" NOT NULL,
engagement_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, engagement_id, partner_id)
);
CREATE INDEX engagement_parties_partner ON engagement_parties (tenant_id, partner_id, engagement_id);
CREATE TABLE engagement_references (
tenant_id TEXT COLLATE "C" NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
system TEXT COLLATE "C" NOT NULL,
type TEXT COLLATE "C" NOT NULL,
external_id TEXT COLLATE "C" NOT NULL,
engagement_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, owner, system, type, external_id)
);
CREATE INDEX engagement_references_engagement ON engagement_references (tenant_id, engagement_id);
CREATE TABLE engagements (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
source_partner_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
role TEXT NOT NULL CHECK (role IN ('co_sell', 'influence', 'fulfil', 'implement')),
mode TEXT NOT NULL CHECK (mode IN ('private', 'partner_led', 'co_sell')),
status TEXT NOT NULL CHECK (status IN ('draft', 'in_approval', 'pending', 'accepted', 'declined', 'expired', 'withdrawn', 'rejected', 'ended')),
share_template_id TEXT COLLATE "C" NOT NULL,
note TEXT,
invited_at TIMESTAMP WITH TIME ZONE,
expires_at TIMESTAMP WITH TIME ZONE,
answered_at TIMESTAMP WITH TIME ZONE,
ended_at TIMESTAMP WITH TIME ZONE,
ended_by TEXT CHECK (ended_by IN ('vendor', 'source', 'partner', 'transfer')),
reason TEXT,
snapshot JSONB,
revision INTEGER NOT NULL,
as_of TIMESTAMP WITH TIME ZONE,
alongside JSONB NOT NULL,
vendor_references JSONB NOT NULL,
source_references JSONB NOT NULL,
partner_references JSONB NOT NULL,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (partner_id <> source_partner_id),
CHECK (snapshot IS NULL OR status IN ('pending', 'accepted'))
);
CREATE INDEX engagements_deal ON engagements (tenant_id, deal_id, created_at, id);
CREATE INDEX engagements_newest ON engagements (tenant_id, created_at, id);
CREATE UNIQUE INDEX engagements_once ON engagements (tenant_id, deal_id, partner_id, role) WHERE status IN ('draft', 'in_approval', 'pending', 'accepted');
CREATE INDEX engagements_partner ON engagements (tenant_id, partner_id, created_at, id);
CREATE INDEX engagements_source ON engagements (tenant_id, source_partner_id, created_at, id);
CREATE INDEX engagements_status ON engagements (tenant_id, status, created_at, id);
CREATE TABLE share_templates (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
template_version INTEGER NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'retired')),
fields JSONB NOT NULL,
preview JSONB NOT NULL,
invitation_days INTEGER NOT NULL,
needs_approval BOOLEAN NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX share_templates_in_force ON share_templates (tenant_id, code) WHERE status = 'published';
CREATE INDEX share_templates_newest ON share_templates (tenant_id, created_at, id);
CREATE UNIQUE INDEX share_templates_version ON share_templates (tenant_id, code, template_version);
ALTER TABLE engagement_parties ENABLE ROW LEVEL SECURITY;
ALTER TABLE engagement_parties FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON engagement_parties TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON engagement_parties TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_parties TO prm_deals_engine;
CREATE POLICY worker ON engagement_parties TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_parties TO prm_deals_worker;
CREATE POLICY app ON engagement_parties TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_parties TO prm_deals_app;
ALTER TABLE engagement_references ENABLE ROW LEVEL SECURITY;
ALTER TABLE engagement_references FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON engagement_references TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON engagement_references TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_references TO prm_deals_engine;
CREATE POLICY worker ON engagement_references TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_references TO prm_deals_worker;
CREATE POLICY app ON engagement_references TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON engagement_references TO prm_deals_app;
ALTER TABLE engagements ENABLE ROW LEVEL SECURITY;
ALTER TABLE engagements FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON engagements TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON engagements TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON engagements TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON engagements TO prm_deals_app;
CREATE POLICY app ON engagements TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM engagement_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.engagement_id = engagements.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM engagement_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.engagement_id = engagements.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
ALTER TABLE share_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE share_templates FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON share_templates TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON share_templates TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON share_templates TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON share_templates TO prm_deals_app;
CREATE POLICY app_reads ON share_templates FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON share_templates TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Tenders, and how well partners register."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN tender_id TEXT COLLATE "C";
ALTER TABLE deals ADD COLUMN duplicate_of TEXT COLLATE "C";
CREATE INDEX deals_open ON deals (tenant_id, partner_id, protected_until) WHERE status IN ('submitted', 'screening', 'in_review', 'pending_approval', 'returned', 'approved');
CREATE INDEX deals_tender ON deals (tenant_id, tender_id) WHERE tender_id IS NOT NULL;
CREATE TABLE registration_quality (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
tier TEXT,
score INTEGER NOT NULL,
parts JSONB NOT NULL,
open_registrations INTEGER NOT NULL,
quota INTEGER NOT NULL,
submitted INTEGER NOT NULL,
won INTEGER NOT NULL,
expired INTEGER NOT NULL,
stale INTEGER NOT NULL,
median_age_days INTEGER,
policy_version INTEGER NOT NULL,
over_quota TEXT NOT NULL,
cool_off_days INTEGER NOT NULL,
window_days INTEGER NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX registration_quality_open ON registration_quality (tenant_id, open_registrations, id);
CREATE UNIQUE INDEX registration_quality_partner ON registration_quality (tenant_id, partner_id);
CREATE INDEX registration_quality_score ON registration_quality (tenant_id, score, id);
CREATE TABLE tender_entries (
tenant_id TEXT COLLATE "C" NOT NULL,
tender_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, tender_id, deal_id)
);
CREATE INDEX tender_entries_partner ON tender_entries (tenant_id, partner_id, tender_id);
CREATE TABLE tenders (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
product_family TEXT NOT NULL,
closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
discount TEXT,
valid_until DATE,
conditions TEXT,
status TEXT NOT NULL CHECK (status IN ('open', 'closed', 'awarded', 'cancelled')),
awarded_deal_id TEXT COLLATE "C",
decided_at TIMESTAMP WITH TIME ZONE,
decided_by TEXT COLLATE "C",
decision_reason TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tenders_closing ON tenders (tenant_id, closes_at, id);
CREATE INDEX tenders_customer ON tenders (tenant_id, customer_id, created_at, id);
CREATE INDEX tenders_newest ON tenders (tenant_id, created_at, id);
CREATE UNIQUE INDEX tenders_undecided ON tenders (tenant_id, customer_id, product_family) WHERE status IN ('open', 'closed');
ALTER TABLE registration_quality ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_quality FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON registration_quality TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON registration_quality TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON registration_quality TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON registration_quality TO prm_deals_app;
CREATE POLICY app ON registration_quality TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR registration_quality.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = registration_quality.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR registration_quality.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = registration_quality.partner_id)));
ALTER TABLE tender_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE tender_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tender_entries TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tender_entries TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tender_entries TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tender_entries TO prm_deals_app;
CREATE POLICY app ON tender_entries TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR tender_entries.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = tender_entries.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR tender_entries.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = tender_entries.partner_id)));
ALTER TABLE tenders ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenders FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenders TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenders TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenders TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenders TO prm_deals_app;
CREATE POLICY app ON tenders TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM tender_entries part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.tender_id = tenders.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM tender_entries part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.tender_id = tenders.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

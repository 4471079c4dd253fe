"""Activities are logged, and registrations move to other partners."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN predecessor_id TEXT COLLATE "C";
ALTER TABLE deals ADD COLUMN successor_id TEXT COLLATE "C";
ALTER TABLE deals ADD COLUMN record_since TIMESTAMP WITH TIME ZONE;
ALTER TABLE deals DROP CONSTRAINT deals_status_check;
ALTER TABLE deals ADD CONSTRAINT deals_status_check CHECK (status IN ('draft', 'submitted', 'in_review', 'returned', 'approved', 'rejected', 'withdrawn', 'won', 'lost', 'expired', 'revoked', 'transferred')) NOT VALID;
ALTER TABLE deals VALIDATE CONSTRAINT deals_status_check;
ALTER TABLE protection_claims ADD COLUMN offered_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims DROP CONSTRAINT protection_claims_status_check;
ALTER TABLE protection_claims ADD CONSTRAINT protection_claims_status_check CHECK (status IN ('pending', 'active', 'released', 'expired', 'transferred')) NOT VALID;
ALTER TABLE protection_claims VALIDATE CONSTRAINT protection_claims_status_check;
CREATE TABLE deal_activities (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('call', 'meeting', 'email', 'demonstration', 'proposal', 'site_visit', 'other')),
happened_on DATE NOT NULL,
summary TEXT,
visibility TEXT NOT NULL CHECK (visibility IN ('internal', 'shared')),
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deal_activities_deal ON deal_activities (tenant_id, deal_id, created_at, id);
CREATE INDEX deal_activities_happened ON deal_activities (tenant_id, happened_on);
CREATE INDEX deal_activities_newest ON deal_activities (tenant_id, created_at, id);
CREATE INDEX deal_activities_own ON deal_activities (tenant_id, created_by, created_at, id);
CREATE INDEX deal_activities_partner ON deal_activities (tenant_id, partner_id, created_at, id);
CREATE TABLE deal_transfers (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
to_partner_id TEXT COLLATE "C" NOT NULL,
reason TEXT NOT NULL,
file_id TEXT COLLATE "C",
file_name TEXT,
sha256 TEXT,
status TEXT NOT NULL CHECK (status IN ('open', 'completed', 'refused', 'cancelled')),
override_reason TEXT,
successor_id TEXT COLLATE "C",
created_by TEXT COLLATE "C" NOT NULL,
decided_by TEXT COLLATE "C",
decided_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deal_transfers_deal ON deal_transfers (tenant_id, deal_id, created_at, id);
CREATE INDEX deal_transfers_newest ON deal_transfers (tenant_id, created_at, id);
CREATE INDEX deal_transfers_partner ON deal_transfers (tenant_id, partner_id, created_at, id);
CREATE INDEX deal_transfers_to ON deal_transfers (tenant_id, to_partner_id, created_at, id);
CREATE TABLE transfer_consents (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
transfer_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
side TEXT NOT NULL CHECK (side IN ('old', 'new')),
deal_id TEXT COLLATE "C",
customer_name TEXT NOT NULL,
product_family TEXT NOT NULL,
reason TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('asked', 'given', 'refused', 'superseded')),
answer TEXT,
created_by TEXT COLLATE "C" NOT NULL,
answered_by TEXT COLLATE "C",
answered_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX transfer_consents_deal ON transfer_consents (tenant_id, deal_id, created_at, id);
CREATE INDEX transfer_consents_newest ON transfer_consents (tenant_id, created_at, id);
CREATE INDEX transfer_consents_own ON transfer_consents (tenant_id, created_by, created_at, id);
CREATE INDEX transfer_consents_partner ON transfer_consents (tenant_id, partner_id, created_at, id);
CREATE INDEX transfer_consents_transfer ON transfer_consents (tenant_id, transfer_id);
ALTER TABLE deal_activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_activities FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deal_activities TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deal_activities TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_activities TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_activities TO prm_deals_app;
CREATE POLICY app ON deal_activities TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_activities.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND deal_activities.visibility <> 'internal') OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_activities.partner_id AND (deal_activities.visibility <> 'internal' OR left(current_setting('prm.viewer', true), 4) = 'acc_')))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_activities.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND deal_activities.visibility <> 'internal') OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_activities.partner_id AND (deal_activities.visibility <> 'internal' OR left(current_setting('prm.viewer', true), 4) = 'acc_'))));
ALTER TABLE deal_transfers ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_transfers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deal_transfers TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deal_transfers TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_transfers TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_transfers TO prm_deals_app;
CREATE POLICY app ON deal_transfers TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_transfers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND false) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_transfers.partner_id AND (false OR left(current_setting('prm.viewer', true), 4) = 'acc_')))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_transfers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND false) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_transfers.partner_id AND (false OR left(current_setting('prm.viewer', true), 4) = 'acc_'))));
ALTER TABLE transfer_consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE transfer_consents FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON transfer_consents TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON transfer_consents TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_consents TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_consents TO prm_deals_app;
CREATE POLICY app ON transfer_consents TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR transfer_consents.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = transfer_consents.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR transfer_consents.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = transfer_consents.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Protection has terms, pauses, notices and extensions.

What was granted before keeps the terms it was granted under: nothing was released for want of activity then, and no sale made
an incumbent.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE approval_policies ADD COLUMN protection_terms JSONB NOT NULL DEFAULT '{"stale_after_days": null, "released_after_days": null, "extensions": 1, "extension_days": 90, "extensions_decided_by": "person", "tail_days": 90, "incumbency_days": 0, "on_termination": "release"}';
ALTER TABLE approval_policies ALTER COLUMN protection_terms DROP DEFAULT;
ALTER TABLE deals ADD COLUMN lapses_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN protected_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN lapses_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN active_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN pauses JSONB NOT NULL DEFAULT '[]';
ALTER TABLE protection_claims ALTER COLUMN pauses DROP DEFAULT;
ALTER TABLE protection_claims ADD COLUMN terms JSONB;
ALTER TABLE protection_claims ADD COLUMN extensions_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE protection_claims ALTER COLUMN extensions_used DROP DEFAULT;
ALTER TABLE protection_claims ADD COLUMN told_days INTEGER;
ALTER TABLE protection_claims ADD COLUMN stale_told_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN tail_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE protection_claims ADD COLUMN incumbent_until TIMESTAMP WITH TIME ZONE;
UPDATE protection_claims SET terms = '{"stale_after_days": null, "released_after_days": null, "extensions": 1, "extension_days": 90, "extensions_decided_by": "person", "tail_days": 90, "incumbency_days": 0, "on_termination": "release"}', protected_until = upper(period), tail_until = upper(period) + interval '90 days' WHERE granted_until IS NOT NULL;
CREATE TABLE protection_extensions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL CHECK (status IN ('asked', 'granted', 'refused', 'superseded')),
days INTEGER NOT NULL,
expected_close_on DATE NOT NULL,
reason TEXT,
asked_by TEXT COLLATE "C" NOT NULL,
decided_by TEXT COLLATE "C",
decision_reason TEXT,
decided_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX protection_extensions_deal ON protection_extensions (tenant_id, deal_id, created_at, id);
CREATE INDEX protection_extensions_newest ON protection_extensions (tenant_id, created_at, id);
CREATE INDEX protection_extensions_partner ON protection_extensions (tenant_id, partner_id, created_at, id);
ALTER TABLE protection_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE protection_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON protection_extensions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON protection_extensions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON protection_extensions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON protection_extensions TO prm_deals_app;
CREATE POLICY app ON protection_extensions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR protection_extensions.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = protection_extensions.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR protection_extensions.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = protection_extensions.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""How new the closure of each viewer is; and from above money is seen only where the hierarchy opens it.

What incentives publishes and what it logs is money.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE visibility_versions (
tenant_id TEXT COLLATE "C" NOT NULL,
viewer TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id, viewer)
);
ALTER TABLE visibility_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE visibility_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visibility_versions TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visibility_versions TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_gateway_engine;
CREATE POLICY worker ON visibility_versions TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_gateway_worker;
DROP POLICY app ON audit_log;
CREATE POLICY app ON audit_log TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR audit_log.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = audit_log.partner_id AND (audit_log.service <> 'incentives' OR seen.level = 'records_and_money')))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR audit_log.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = audit_log.partner_id AND (audit_log.service <> 'incentives' OR seen.level = 'records_and_money'))));
DROP POLICY app ON public_events;
CREATE POLICY app ON public_events TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM public_event_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.event_id = public_events.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id AND (public_events.source <> 'incentives' OR seen.level = 'records_and_money')))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM public_event_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.event_id = public_events.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id AND (public_events.source <> 'incentives' OR seen.level = 'records_and_money'))))));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Create the tables of the service."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE visible_partners (
tenant_id TEXT COLLATE "C" NOT NULL,
viewer TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
level TEXT NOT NULL,
PRIMARY KEY (tenant_id, viewer, partner_id)
);
CREATE TABLE audit_records (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
at TIMESTAMP WITH TIME ZONE NOT NULL,
actor_id TEXT COLLATE "C" NOT NULL,
on_behalf_of TEXT COLLATE "C",
action TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
subject_version INTEGER NOT NULL,
reason TEXT,
request_id TEXT,
changes JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_records_subject ON audit_records (tenant_id, subject, at);
CREATE TABLE events (
tenant_id TEXT COLLATE "C" NOT NULL,
id BIGINT GENERATED ALWAYS AS IDENTITY,
epoch INTEGER NOT NULL,
xid BIGINT NOT NULL,
event_id TEXT COLLATE "C" NOT NULL,
type TEXT NOT NULL,
mode TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
subject_version INTEGER NOT NULL,
time TIMESTAMP WITH TIME ZONE NOT NULL,
actor_id TEXT COLLATE "C" NOT NULL,
request_id TEXT,
audience JSONB NOT NULL,
public BOOLEAN NOT NULL,
data JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX events_position ON events (epoch, xid, id);
CREATE INDEX events_subject ON events (tenant_id, subject, id);
CREATE TABLE idempotency_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
caller TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
fingerprint TEXT NOT NULL,
status INTEGER NOT NULL,
headers JSONB NOT NULL,
body TEXT,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, caller, key)
);
CREATE TABLE inbox (
tenant_id TEXT COLLATE "C" NOT NULL,
event_id TEXT COLLATE "C" NOT NULL,
source TEXT NOT NULL,
handled_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, event_id)
);
CREATE TABLE lead_contacts (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
opened_to TEXT COLLATE "C",
given_name TEXT,
family_name TEXT,
email TEXT,
phone TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE TABLE leads (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
source TEXT NOT NULL,
external_system TEXT,
external_type TEXT,
external_id TEXT,
company_name TEXT NOT NULL,
company_domain TEXT,
company_country TEXT,
company_tax_id TEXT,
product_family TEXT NOT NULL,
country TEXT NOT NULL,
amount BIGINT,
currency TEXT,
metadata JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('new', 'qualified', 'routing', 'unroutable', 'offered', 'accepted', 'contacted', 'working', 'converted', 'disqualified')),
reason TEXT,
partner_id TEXT COLLATE "C",
offer_id TEXT COLLATE "C",
offer_status TEXT,
offer_expires_at TIMESTAMP WITH TIME ZONE,
hops INTEGER NOT NULL,
qualified_at TIMESTAMP WITH TIME ZONE,
accepted_at TIMESTAMP WITH TIME ZONE,
contacted_at TIMESTAMP WITH TIME ZONE,
converted_at TIMESTAMP WITH TIME ZONE,
deal_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX leads_external ON leads (tenant_id, owner, external_system, external_type, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX leads_newest ON leads (tenant_id, created_at, id);
CREATE INDEX leads_partner ON leads (tenant_id, partner_id, created_at, id);
CREATE INDEX leads_status ON leads (tenant_id, status, created_at, id);
CREATE TABLE log_state (
one SERIAL NOT NULL,
epoch INTEGER NOT NULL,
PRIMARY KEY (one)
);
CREATE TABLE offers (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
lead_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL CHECK (status IN ('offered', 'accepted', 'declined', 'expired', 'recalled')),
expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
decided_at TIMESTAMP WITH TIME ZONE,
reason TEXT,
released_at TIMESTAMP WITH TIME ZONE,
policy_version INTEGER,
hop INTEGER NOT NULL,
candidate JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX offers_held ON offers (tenant_id, partner_id) WHERE released_at IS NULL;
CREATE INDEX offers_newest ON offers (tenant_id, created_at, id);
CREATE UNIQUE INDEX offers_once ON offers (tenant_id, lead_id, partner_id);
CREATE UNIQUE INDEX offers_open ON offers (tenant_id, lead_id) WHERE released_at IS NULL;
CREATE INDEX offers_partner ON offers (tenant_id, partner_id, created_at, id);
CREATE TABLE offsets (
source TEXT NOT NULL,
epoch INTEGER NOT NULL,
xid BIGINT NOT NULL,
event_no BIGINT NOT NULL,
PRIMARY KEY (source)
);
CREATE TABLE parked_events (
tenant_id TEXT COLLATE "C" NOT NULL,
event_id TEXT COLLATE "C" NOT NULL,
source TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
position TEXT NOT NULL,
envelope JSONB NOT NULL,
attempts INTEGER NOT NULL,
error TEXT NOT NULL,
next_attempt_at TIMESTAMP WITH TIME ZONE,
parked_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX parked_events_subject ON parked_events (source, tenant_id, subject);
CREATE TABLE partner_directory (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
name TEXT NOT NULL,
country TEXT NOT NULL,
status TEXT NOT NULL,
tier TEXT,
tier_since DATE,
partner_types JSONB NOT NULL,
territories JSONB NOT NULL,
product_families JSONB NOT NULL,
lead_capacity INTEGER NOT NULL,
accepts_leads BOOLEAN NOT NULL,
terminates_on DATE,
PRIMARY KEY (tenant_id, partner_id)
);
CREATE TABLE product_families (
tenant_id TEXT COLLATE "C" NOT NULL,
code TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
name TEXT NOT NULL,
ordinal INTEGER NOT NULL,
status TEXT NOT NULL,
PRIMARY KEY (tenant_id, code)
);
CREATE TABLE routing_decisions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
lead_id TEXT COLLATE "C" NOT NULL,
decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
cause TEXT NOT NULL,
policy_version INTEGER,
strategy TEXT NOT NULL,
hop INTEGER NOT NULL,
turn BIGINT,
outcome TEXT NOT NULL,
partner_id TEXT COLLATE "C",
offer_id TEXT COLLATE "C",
candidates JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX routing_decisions_lead ON routing_decisions (tenant_id, lead_id, decided_at, id);
CREATE TABLE routing_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'retired')),
strategy TEXT NOT NULL CHECK (strategy IN ('round_robin')),
eligibility TEXT NOT NULL,
accept_within_hours INTEGER NOT NULL,
hop_limit INTEGER NOT NULL,
policy_version INTEGER,
published_at TIMESTAMP WITH TIME ZONE,
published_by TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX routing_policies_current ON routing_policies (tenant_id) WHERE status = 'published';
CREATE INDEX routing_policies_newest ON routing_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX routing_policies_version ON routing_policies (tenant_id, policy_version);
CREATE TABLE routing_pools (
tenant_id TEXT COLLATE "C" NOT NULL,
pool TEXT COLLATE "C" NOT NULL,
turn BIGINT NOT NULL,
PRIMARY KEY (tenant_id, pool)
);
CREATE TABLE routing_turns (
tenant_id TEXT COLLATE "C" NOT NULL,
pool TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
turn BIGINT NOT NULL,
PRIMARY KEY (tenant_id, pool, partner_id)
);
CREATE TABLE tenant_clocks (
tenant_id TEXT COLLATE "C" NOT NULL,
offset_seconds BIGINT NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id)
);
CREATE TABLE territories (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
countries JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX territories_code ON territories (tenant_id, code);
CREATE INDEX territories_newest ON territories (tenant_id, created_at, id);
CREATE TABLE timers (
tenant_id TEXT COLLATE "C" NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
due_at TIMESTAMP WITH TIME ZONE NOT NULL,
mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
arguments JSONB NOT NULL,
attempts INTEGER NOT NULL,
error TEXT,
PRIMARY KEY (tenant_id, kind, subject)
);
CREATE INDEX timers_due ON timers (mode, due_at);
CREATE TABLE visibility_versions (
tenant_id TEXT COLLATE "C" NOT NULL,
viewer TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id, viewer)
);
ALTER TABLE visible_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE visible_partners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visible_partners TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visible_partners TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_leads_app;
CREATE POLICY app_reads ON visible_partners FOR SELECT TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON visible_partners TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_records TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_records TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_leads_engine;
CREATE POLICY worker ON audit_records TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_leads_worker;
CREATE POLICY app ON audit_records FOR INSERT TO prm_leads_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON audit_records TO prm_leads_app;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON events TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON events TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_leads_engine;
CREATE POLICY worker ON events TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_leads_worker;
CREATE POLICY app ON events FOR INSERT TO prm_leads_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON events TO prm_leads_app;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON idempotency_keys TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON idempotency_keys TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_leads_engine;
CREATE POLICY worker ON idempotency_keys TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_leads_worker;
CREATE POLICY app ON idempotency_keys TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_leads_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON inbox TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON inbox TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_leads_engine;
CREATE POLICY worker ON inbox TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_leads_worker;
ALTER TABLE lead_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON lead_contacts TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON lead_contacts TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_contacts TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_contacts TO prm_leads_app;
CREATE POLICY app ON lead_contacts TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR lead_contacts.opened_to = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = lead_contacts.opened_to))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR lead_contacts.opened_to = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = lead_contacts.opened_to)));
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON leads TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON leads TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON leads TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON leads TO prm_leads_app;
CREATE POLICY app ON leads TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads.partner_id)));
ALTER TABLE log_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_state FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON log_state TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON log_state TO prm_leads_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_leads_engine;
CREATE POLICY worker ON log_state TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_leads_worker;
INSERT INTO log_state (one, epoch) VALUES (1, 1);
ALTER TABLE offers ENABLE ROW LEVEL SECURITY;
ALTER TABLE offers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offers TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offers TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON offers TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON offers TO prm_leads_app;
CREATE POLICY app ON offers TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR offers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = offers.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR offers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = offers.partner_id)));
ALTER TABLE offsets ENABLE ROW LEVEL SECURITY;
ALTER TABLE offsets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offsets TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offsets TO prm_leads_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_leads_engine;
CREATE POLICY worker ON offsets TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_leads_worker;
ALTER TABLE parked_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parked_events TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parked_events TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_leads_engine;
CREATE POLICY worker ON parked_events TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_leads_worker;
ALTER TABLE partner_directory ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_directory FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_directory TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_directory TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_leads_app;
CREATE POLICY app ON partner_directory TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_directory.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_directory.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_directory.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_directory.partner_id)));
ALTER TABLE product_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_families FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON product_families TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON product_families TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families TO prm_leads_app;
CREATE POLICY app_reads ON product_families FOR SELECT TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON product_families TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE routing_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON routing_decisions TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON routing_decisions TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_decisions TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_decisions TO prm_leads_app;
CREATE POLICY app ON routing_decisions TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE routing_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON routing_policies TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON routing_policies TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_policies TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_policies TO prm_leads_app;
CREATE POLICY app ON routing_policies TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE routing_pools ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_pools FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON routing_pools TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON routing_pools TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_pools TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_pools TO prm_leads_app;
CREATE POLICY app ON routing_pools TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE routing_turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_turns FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON routing_turns TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON routing_turns TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_turns TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON routing_turns TO prm_leads_app;
CREATE POLICY app ON routing_turns TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE tenant_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_clocks TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_clocks TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_leads_engine;
CREATE POLICY worker ON tenant_clocks TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_leads_worker;
CREATE POLICY app ON tenant_clocks TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_leads_app;
ALTER TABLE territories ENABLE ROW LEVEL SECURITY;
ALTER TABLE territories FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON territories TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON territories TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON territories TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON territories TO prm_leads_app;
CREATE POLICY app_reads ON territories FOR SELECT TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON territories TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE timers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON timers TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON timers TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_leads_engine;
CREATE POLICY worker ON timers TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_leads_worker;
CREATE POLICY app ON timers TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_leads_app;
ALTER TABLE visibility_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE visibility_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visibility_versions TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visibility_versions TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_leads_engine;
CREATE POLICY worker ON visibility_versions TO prm_leads_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_leads_worker;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

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
CREATE TABLE applications (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
legal_name TEXT NOT NULL,
country TEXT NOT NULL,
website TEXT,
tax_id TEXT,
given_name TEXT NOT NULL,
family_name TEXT NOT NULL,
email TEXT NOT NULL,
locale TEXT NOT NULL,
answers JSONB NOT NULL,
partner_types JSONB NOT NULL,
source TEXT NOT NULL CHECK (source IN ('public', 'vendor')),
status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'screening', 'in_review', 'approved', 'rejected', 'withdrawn')),
reasons JSONB NOT NULL,
decision_trace JSONB,
policy_version INTEGER,
duplicate_of TEXT COLLATE "C",
decision_reason TEXT,
submitted_at TIMESTAMP WITH TIME ZONE,
decided_at TIMESTAMP WITH TIME ZONE,
decided_by TEXT COLLATE "C",
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX applications_by_status ON applications (tenant_id, status, created_at, id);
CREATE INDEX applications_newest ON applications (tenant_id, created_at, id);
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
CREATE TABLE log_state (
one SERIAL NOT NULL,
epoch INTEGER NOT NULL,
PRIMARY KEY (one)
);
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
CREATE TABLE partner_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
value TEXT COLLATE "C" NOT NULL,
holder_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, kind, value)
);
CREATE INDEX partner_keys_holder ON partner_keys (tenant_id, holder_id);
CREATE TABLE partners (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
legal_name TEXT,
country TEXT NOT NULL,
website TEXT,
tax_id TEXT,
territories JSONB NOT NULL,
product_families JSONB NOT NULL,
partner_types JSONB NOT NULL,
lead_capacity INTEGER NOT NULL,
accepts_leads BOOLEAN NOT NULL,
tier TEXT,
tier_since DATE,
status TEXT NOT NULL CHECK (status IN ('onboarding', 'active', 'probation', 'suspended', 'terminated')),
status_reason TEXT,
status_since TIMESTAMP WITH TIME ZONE NOT NULL,
terminates_on DATE,
application_id TEXT COLLATE "C",
external_system TEXT,
external_type TEXT,
external_id TEXT,
PRIMARY KEY (tenant_id, id),
UNIQUE (tenant_id, external_system, external_type, external_id)
);
CREATE INDEX partners_by_external_id ON partners (tenant_id, external_id);
CREATE INDEX partners_by_name ON partners (tenant_id, name, id);
CREATE INDEX partners_by_status ON partners (tenant_id, status, created_at, id);
CREATE INDEX partners_newest ON partners (tenant_id, created_at, id);
CREATE TABLE people (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
given_name TEXT NOT NULL,
family_name TEXT NOT NULL,
email TEXT NOT NULL,
email_key TEXT NOT NULL,
phone TEXT,
job_title TEXT,
locale TEXT NOT NULL,
roles JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('new', 'invited', 'active', 'deactivated')),
invited_at TIMESTAMP WITH TIME ZONE,
activated_at TIMESTAMP WITH TIME ZONE,
deactivated_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id),
UNIQUE (tenant_id, partner_id, email_key)
);
CREATE INDEX people_newest ON people (tenant_id, created_at, id);
CREATE INDEX people_of_partner ON people (tenant_id, partner_id, created_at, id);
CREATE TABLE programs (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
description TEXT,
is_default BOOLEAN NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'closed')),
PRIMARY KEY (tenant_id, id),
UNIQUE (tenant_id, code)
);
CREATE INDEX programs_newest ON programs (tenant_id, created_at, id);
CREATE UNIQUE INDEX programs_one_default ON programs (tenant_id) WHERE is_default;
CREATE TABLE screening_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'superseded')),
policy_version INTEGER,
auto_approve BOOLEAN NOT NULL,
default_outcome TEXT NOT NULL CHECK (default_outcome IN ('pass', 'refer', 'fail')),
rules JSONB NOT NULL,
denied_parties JSONB NOT NULL,
competitor_domains JSONB NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
published_by TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id),
UNIQUE (tenant_id, policy_version)
);
CREATE INDEX screening_policies_newest ON screening_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX screening_policies_one_published ON screening_policies (tenant_id) WHERE status = 'published';
CREATE TABLE tenant_clocks (
tenant_id TEXT COLLATE "C" NOT NULL,
offset_seconds BIGINT NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id)
);
CREATE TABLE tier_assignments (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
tier TEXT NOT NULL,
effective_on DATE NOT NULL,
reason TEXT,
assigned_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tier_assignments_of_partner ON tier_assignments (tenant_id, partner_id, effective_on, id);
CREATE INDEX tier_assignments_of_tier ON tier_assignments (tenant_id, tier);
CREATE TABLE tiers (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
program TEXT NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
rank INTEGER NOT NULL,
protection_days INTEGER,
deal_limit BIGINT,
deal_limit_currency TEXT,
benefits JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
PRIMARY KEY (tenant_id, id),
UNIQUE (tenant_id, code)
);
CREATE INDEX tiers_by_rank ON tiers (tenant_id, rank, id);
CREATE INDEX tiers_newest ON tiers (tenant_id, created_at, id);
CREATE UNIQUE INDEX tiers_rank_of_program ON tiers (tenant_id, program, rank) WHERE status = 'active';
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
ALTER TABLE visible_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE visible_partners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visible_partners TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visible_partners TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_partners_app;
CREATE POLICY app_reads ON visible_partners FOR SELECT TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON visible_partners TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE applications ENABLE ROW LEVEL SECURITY;
ALTER TABLE applications FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON applications TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON applications TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON applications TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications TO prm_partners_app;
CREATE POLICY app ON applications TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_records TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_records TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_partners_engine;
CREATE POLICY worker ON audit_records TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_partners_worker;
CREATE POLICY app ON audit_records FOR INSERT TO prm_partners_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON audit_records TO prm_partners_app;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON events TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON events TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_partners_engine;
CREATE POLICY worker ON events TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_partners_worker;
CREATE POLICY app ON events FOR INSERT TO prm_partners_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON events TO prm_partners_app;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON idempotency_keys TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON idempotency_keys TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_partners_engine;
CREATE POLICY worker ON idempotency_keys TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_partners_worker;
CREATE POLICY app ON idempotency_keys TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_partners_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON inbox TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON inbox TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_partners_engine;
CREATE POLICY worker ON inbox TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_partners_worker;
ALTER TABLE log_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_state FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON log_state TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON log_state TO prm_partners_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_partners_engine;
CREATE POLICY worker ON log_state TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_partners_worker;
INSERT INTO log_state (one, epoch) VALUES (1, 1);
ALTER TABLE offsets ENABLE ROW LEVEL SECURITY;
ALTER TABLE offsets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offsets TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offsets TO prm_partners_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_partners_engine;
CREATE POLICY worker ON offsets TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_partners_worker;
ALTER TABLE parked_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parked_events TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parked_events TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_partners_engine;
CREATE POLICY worker ON parked_events TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_partners_worker;
ALTER TABLE partner_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_keys TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_keys TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_keys TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_keys TO prm_partners_app;
CREATE POLICY app ON partner_keys TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partners TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partners TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partners TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners TO prm_partners_app;
CREATE POLICY app ON partners TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partners.id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partners.id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partners.id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partners.id)));
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON people TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON people TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON people TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON people TO prm_partners_app;
CREATE POLICY app ON people TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR people.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = people.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR people.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = people.partner_id)));
ALTER TABLE programs ENABLE ROW LEVEL SECURITY;
ALTER TABLE programs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON programs TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON programs TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON programs TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON programs TO prm_partners_app;
CREATE POLICY app_reads ON programs FOR SELECT TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON programs TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE screening_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE screening_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON screening_policies TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON screening_policies TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON screening_policies TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON screening_policies TO prm_partners_app;
CREATE POLICY app ON screening_policies TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE tenant_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_clocks TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_clocks TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_partners_engine;
CREATE POLICY worker ON tenant_clocks TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_partners_worker;
CREATE POLICY app ON tenant_clocks TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_partners_app;
ALTER TABLE tier_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tier_assignments TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tier_assignments TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tier_assignments TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tier_assignments TO prm_partners_app;
CREATE POLICY app ON tier_assignments TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR tier_assignments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = tier_assignments.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR tier_assignments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = tier_assignments.partner_id)));
ALTER TABLE tiers ENABLE ROW LEVEL SECURITY;
ALTER TABLE tiers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tiers TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tiers TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tiers TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tiers TO prm_partners_app;
CREATE POLICY app_reads ON tiers FOR SELECT TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON tiers TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE timers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON timers TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON timers TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_partners_engine;
CREATE POLICY worker ON timers TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_partners_worker;
CREATE POLICY app ON timers TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_partners_app;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

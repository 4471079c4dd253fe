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
CREATE TABLE approval_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
policy_version INTEGER,
rules JSONB NOT NULL,
amount_limits JSONB NOT NULL,
protection_days JSONB NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX approval_policies_newest ON approval_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX approval_policies_version ON approval_policies (tenant_id, policy_version);
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
CREATE TABLE conflict_cases (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
product_family TEXT NOT NULL,
class TEXT NOT NULL CHECK (class IN ('none', 'possible', 'probable', 'related', 'blocking')),
reasons JSONB NOT NULL,
findings JSONB NOT NULL,
engine_version TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
resolution TEXT CHECK (resolution IN ('upheld', 'rejected_match', 'superseded')),
note TEXT,
resolved_by TEXT COLLATE "C",
resolved_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conflict_cases_deal ON conflict_cases (tenant_id, deal_id, created_at);
CREATE INDEX conflict_cases_newest ON conflict_cases (tenant_id, created_at, id);
CREATE TABLE conflict_check_budgets (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
day DATE NOT NULL,
used INTEGER NOT NULL,
PRIMARY KEY (tenant_id, partner_id, day)
);
CREATE TABLE conflict_checks (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C",
customer_name TEXT NOT NULL,
customer_domain TEXT,
customer_country TEXT,
customer_tax_id TEXT,
product_family TEXT NOT NULL,
class TEXT NOT NULL CHECK (class IN ('none', 'possible', 'probable', 'related', 'blocking')),
reasons JSONB NOT NULL,
engine_version TEXT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conflict_checks_newest ON conflict_checks (tenant_id, created_at, id);
CREATE INDEX conflict_checks_partner ON conflict_checks (tenant_id, partner_id, created_at, id);
CREATE TABLE customer_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
value TEXT COLLATE "C" NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, kind, value)
);
CREATE INDEX customer_keys_customer ON customer_keys (tenant_id, customer_id);
CREATE TABLE customers (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
country TEXT,
domain TEXT,
tax_id TEXT,
named_account BOOLEAN NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX customers_by_name ON customers (tenant_id, name, id);
CREATE INDEX customers_newest ON customers (tenant_id, created_at, id);
CREATE TABLE deals (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
title TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'in_review', 'returned', 'approved', 'rejected', 'withdrawn', 'won', 'lost', 'expired', 'revoked')),
stage TEXT NOT NULL CHECK (stage IN ('prospect', 'qualified', 'technical_validation', 'business_validation', 'committed')),
customer_name TEXT NOT NULL,
customer_domain TEXT,
customer_country TEXT,
customer_tax_id TEXT,
customer_id TEXT COLLATE "C",
product_family TEXT NOT NULL,
amount BIGINT,
currency TEXT,
expected_close_on DATE,
lead_id TEXT COLLATE "C",
external_owner TEXT COLLATE "C",
external_system TEXT,
external_type TEXT,
external_id TEXT,
metadata JSONB NOT NULL,
created_by TEXT COLLATE "C" NOT NULL,
priority_no BIGINT,
priority_at TIMESTAMP WITH TIME ZONE,
submitted_at TIMESTAMP WITH TIME ZONE,
returned_at TIMESTAMP WITH TIME ZONE,
decided_at TIMESTAMP WITH TIME ZONE,
decided_by TEXT COLLATE "C",
decision_reason TEXT,
conflict_class TEXT CHECK (conflict_class IN ('none', 'possible', 'probable', 'related', 'blocking')),
decision_trace JSONB NOT NULL,
policy_version INTEGER,
facts_digest TEXT,
protected_from TIMESTAMP WITH TIME ZONE,
protected_until TIMESTAMP WITH TIME ZONE,
net_amount BIGINT,
returned_amount BIGINT,
net_currency TEXT,
closed_on DATE,
won_at TIMESTAMP WITH TIME ZONE,
lost_at TIMESTAMP WITH TIME ZONE,
lost_reason TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX deals_external ON deals (tenant_id, external_owner, external_system, external_type, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX deals_lead ON deals (tenant_id, lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX deals_newest ON deals (tenant_id, created_at, id);
CREATE INDEX deals_of_customer ON deals (tenant_id, partner_id, customer_id, product_family);
CREATE INDEX deals_partner ON deals (tenant_id, partner_id, created_at, id);
CREATE INDEX deals_updated ON deals (tenant_id, updated_at, id);
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
CREATE TABLE match_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, key, customer_id)
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
CREATE TABLE partner_directory (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
name TEXT NOT NULL,
country TEXT,
status TEXT NOT NULL,
tier TEXT,
PRIMARY KEY (tenant_id, partner_id)
);
CREATE TABLE partner_statuses (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
status TEXT NOT NULL,
since TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, partner_id, version)
);
CREATE TABLE policy_decisions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
at TIMESTAMP WITH TIME ZONE NOT NULL,
policy_version INTEGER NOT NULL,
facts JSONB NOT NULL,
outcome TEXT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX policy_decisions_newest ON policy_decisions (tenant_id, at, id);
CREATE TABLE product_families (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
ordinal INTEGER NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX product_families_code ON product_families (tenant_id, code);
CREATE INDEX product_families_newest ON product_families (tenant_id, created_at, id);
CREATE UNIQUE INDEX product_families_ordinal ON product_families (tenant_id, ordinal);
CREATE TABLE protection_claims (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
product_family TEXT NOT NULL,
family INT4MULTIRANGE NOT NULL,
territory INT4MULTIRANGE NOT NULL,
period TSTZRANGE NOT NULL,
granted_until TIMESTAMP WITH TIME ZONE,
exclusive BOOLEAN NOT NULL,
status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'released', 'expired')),
priority_no BIGINT NOT NULL,
PRIMARY KEY (tenant_id, id),
CONSTRAINT protection_claims_exclusive EXCLUDE USING gist (tenant_id WITH =, customer_id WITH =, family WITH &&, territory WITH &&, period WITH &&) WHERE (status = 'active' AND exclusive)
);
CREATE INDEX protection_claims_customer ON protection_claims (tenant_id, customer_id, status);
CREATE UNIQUE INDEX protection_claims_deal ON protection_claims (tenant_id, deal_id);
CREATE INDEX protection_claims_newest ON protection_claims (tenant_id, created_at, id);
CREATE INDEX protection_claims_partner ON protection_claims (tenant_id, partner_id, created_at, id);
CREATE TABLE returns (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
returned_on DATE NOT NULL,
reason TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX returns_deal ON returns (tenant_id, deal_id, created_at, id);
CREATE INDEX returns_newest ON returns (tenant_id, created_at, id);
CREATE TABLE tenant_clocks (
tenant_id TEXT COLLATE "C" NOT NULL,
offset_seconds BIGINT NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id)
);
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
CREATE POLICY owner ON visible_partners TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visible_partners TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_deals_app;
CREATE POLICY app_reads ON visible_partners FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON visible_partners TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE approval_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON approval_policies TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON approval_policies TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_policies TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_policies TO prm_deals_app;
CREATE POLICY app ON approval_policies TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_records TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_records TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_deals_engine;
CREATE POLICY worker ON audit_records TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_deals_worker;
CREATE POLICY app ON audit_records FOR INSERT TO prm_deals_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON audit_records TO prm_deals_app;
ALTER TABLE conflict_cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_cases FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_cases TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_cases TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_cases TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_cases TO prm_deals_app;
CREATE POLICY app ON conflict_cases TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE conflict_check_budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_check_budgets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_check_budgets TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_check_budgets TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_check_budgets TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_check_budgets TO prm_deals_app;
CREATE POLICY app ON conflict_check_budgets TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_check_budgets.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_check_budgets.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_check_budgets.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_check_budgets.partner_id)));
ALTER TABLE conflict_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_checks TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_checks TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_checks TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_checks TO prm_deals_app;
CREATE POLICY app ON conflict_checks TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_checks.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_checks.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_checks.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_checks.partner_id)));
ALTER TABLE customer_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON customer_keys TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON customer_keys TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_keys TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_keys TO prm_deals_app;
CREATE POLICY app ON customer_keys TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON customers TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON customers TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO prm_deals_app;
CREATE POLICY app ON customers TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE deals ENABLE ROW LEVEL SECURITY;
ALTER TABLE deals FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deals TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deals TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deals TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deals TO prm_deals_app;
CREATE POLICY app ON deals TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR deals.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deals.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR deals.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deals.partner_id)));
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON events TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON events TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_deals_engine;
CREATE POLICY worker ON events TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_deals_worker;
CREATE POLICY app ON events FOR INSERT TO prm_deals_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON events TO prm_deals_app;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON idempotency_keys TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON idempotency_keys TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_deals_engine;
CREATE POLICY worker ON idempotency_keys TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_deals_worker;
CREATE POLICY app ON idempotency_keys TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_deals_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON inbox TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON inbox TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_deals_engine;
CREATE POLICY worker ON inbox TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_deals_worker;
ALTER TABLE log_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_state FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON log_state TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON log_state TO prm_deals_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_deals_engine;
CREATE POLICY worker ON log_state TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_deals_worker;
INSERT INTO log_state (one, epoch) VALUES (1, 1);
ALTER TABLE match_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON match_keys TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON match_keys TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON match_keys TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON match_keys TO prm_deals_app;
CREATE POLICY app ON match_keys TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE offsets ENABLE ROW LEVEL SECURITY;
ALTER TABLE offsets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offsets TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offsets TO prm_deals_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_deals_engine;
CREATE POLICY worker ON offsets TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_deals_worker;
ALTER TABLE parked_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parked_events TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parked_events TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_deals_engine;
CREATE POLICY worker ON parked_events TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_deals_worker;
ALTER TABLE partner_directory ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_directory FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_directory TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_directory TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_deals_app;
CREATE POLICY app ON partner_directory TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_directory.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_directory.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_directory.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_directory.partner_id)));
ALTER TABLE partner_statuses ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_statuses FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_statuses TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_statuses TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_statuses TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_statuses TO prm_deals_app;
CREATE POLICY app ON partner_statuses TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_statuses.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_statuses.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR partner_statuses.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = partner_statuses.partner_id)));
ALTER TABLE policy_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy_decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON policy_decisions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON policy_decisions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON policy_decisions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON policy_decisions TO prm_deals_app;
CREATE POLICY app ON policy_decisions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE product_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE product_families FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON product_families TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON product_families TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON product_families TO prm_deals_app;
CREATE POLICY app_reads ON product_families FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON product_families TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE protection_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE protection_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON protection_claims TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON protection_claims TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON protection_claims TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON protection_claims TO prm_deals_app;
CREATE POLICY app ON protection_claims TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR protection_claims.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = protection_claims.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR protection_claims.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = protection_claims.partner_id)));
ALTER TABLE returns ENABLE ROW LEVEL SECURITY;
ALTER TABLE returns FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON returns TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON returns TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON returns TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON returns TO prm_deals_app;
CREATE POLICY app ON returns TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = returns.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = returns.partner_id)));
ALTER TABLE tenant_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_clocks TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_clocks TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_deals_engine;
CREATE POLICY worker ON tenant_clocks TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_deals_worker;
CREATE POLICY app ON tenant_clocks TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_deals_app;
ALTER TABLE timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE timers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON timers TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON timers TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_deals_engine;
CREATE POLICY worker ON timers TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_deals_worker;
CREATE POLICY app ON timers TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_deals_app;
ALTER TABLE visibility_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE visibility_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visibility_versions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visibility_versions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_deals_app;
CREATE POLICY app ON visibility_versions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

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
CREATE TABLE attainments (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
plan_id TEXT COLLATE "C" NOT NULL,
component TEXT COLLATE "C" NOT NULL,
period TEXT COLLATE "C" NOT NULL,
currency TEXT NOT NULL,
attained TEXT NOT NULL,
credited BIGINT NOT NULL,
PRIMARY KEY (tenant_id, partner_id, plan_id, component, period)
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
CREATE TABLE credits (
tenant_id TEXT COLLATE "C" NOT NULL,
source TEXT COLLATE "C" NOT NULL,
source_id TEXT COLLATE "C" NOT NULL,
plan_id TEXT COLLATE "C" NOT NULL,
component TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
period TEXT COLLATE "C" NOT NULL,
happened_on DATE NOT NULL,
happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
amount BIGINT NOT NULL,
basis TEXT NOT NULL,
currency TEXT NOT NULL,
terms JSONB NOT NULL,
fx JSONB,
withdrawn BOOLEAN NOT NULL,
attained_before TEXT NOT NULL,
attained TEXT NOT NULL,
credited BIGINT NOT NULL,
running BIGINT NOT NULL,
lines INTEGER NOT NULL,
PRIMARY KEY (tenant_id, source, source_id, plan_id, component)
);
CREATE INDEX credits_deal ON credits (tenant_id, deal_id);
CREATE INDEX credits_in_order ON credits (tenant_id, partner_id, plan_id, component, period, happened_on, happened_at, source_id);
CREATE TABLE earnings (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('commission', 'true_up', 'adjustment', 'clawback')),
status TEXT NOT NULL CHECK (status IN ('accrued', 'held', 'statemented', 'payable', 'paid')),
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
plan_id TEXT COLLATE "C" NOT NULL,
plan_version_id TEXT COLLATE "C" NOT NULL,
component TEXT NOT NULL,
source TEXT NOT NULL CHECK (source IN ('sale', 'return')),
source_id TEXT COLLATE "C" NOT NULL,
line INTEGER NOT NULL,
earned_on DATE NOT NULL,
posted_on DATE NOT NULL,
period TEXT NOT NULL,
reverses TEXT COLLATE "C",
account TEXT NOT NULL CHECK (account IN ('incentive_expense', 'accrued_liability', 'holdback_liability', 'payable', 'cash_clearing', 'clawback_receivable')),
statement_id TEXT COLLATE "C",
trace JSONB NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (amount <> 0),
CONSTRAINT earnings_once UNIQUE (tenant_id, source, source_id, plan_id, component, line)
);
CREATE INDEX earnings_collected ON earnings (tenant_id, partner_id, status, posted_on);
CREATE INDEX earnings_deal ON earnings (tenant_id, deal_id);
CREATE INDEX earnings_earned ON earnings (tenant_id, earned_on, id);
CREATE INDEX earnings_newest ON earnings (tenant_id, created_at, id);
CREATE INDEX earnings_partner ON earnings (tenant_id, partner_id, created_at, id);
CREATE INDEX earnings_partner_earned ON earnings (tenant_id, partner_id, earned_on, id);
CREATE INDEX earnings_period ON earnings (tenant_id, period, created_at, id);
CREATE INDEX earnings_statement ON earnings (tenant_id, statement_id);
CREATE INDEX earnings_status ON earnings (tenant_id, status, created_at, id);
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
CREATE TABLE exchange_rates (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
base TEXT NOT NULL,
quote TEXT NOT NULL,
rate TEXT NOT NULL,
effective_on DATE NOT NULL,
PRIMARY KEY (tenant_id, id),
CONSTRAINT exchange_rates_day UNIQUE (tenant_id, base, quote, effective_on)
);
CREATE INDEX exchange_rates_newest ON exchange_rates (tenant_id, created_at, id);
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
CREATE TABLE partner_directory (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
name TEXT NOT NULL,
country TEXT NOT NULL,
status TEXT NOT NULL,
tier TEXT,
tier_since DATE,
partner_types JSONB NOT NULL,
version INTEGER NOT NULL,
PRIMARY KEY (tenant_id, partner_id)
);
CREATE TABLE partner_tiers (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
effective_on DATE NOT NULL,
tier TEXT,
version INTEGER NOT NULL,
PRIMARY KEY (tenant_id, partner_id, effective_on)
);
CREATE TABLE payout_statements (
tenant_id TEXT COLLATE "C" NOT NULL,
payout_id TEXT COLLATE "C" NOT NULL,
statement_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
live BOOLEAN NOT NULL,
PRIMARY KEY (tenant_id, payout_id, statement_id)
);
CREATE UNIQUE INDEX payout_statements_once ON payout_statements (tenant_id, statement_id) WHERE live;
CREATE TABLE payouts (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
currency TEXT NOT NULL,
amount BIGINT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('pending_approval', 'approved', 'submitted', 'paid', 'failed', 'cancelled')),
statement_ids JSONB NOT NULL,
created_by TEXT COLLATE "C" NOT NULL,
approved_by TEXT COLLATE "C",
approved_at TIMESTAMP WITH TIME ZONE,
submitted_at TIMESTAMP WITH TIME ZONE,
paid_at TIMESTAMP WITH TIME ZONE,
failure_reason TEXT,
PRIMARY KEY (tenant_id, id),
CHECK (amount > 0),
CHECK (approved_by <> created_by)
);
CREATE INDEX payouts_newest ON payouts (tenant_id, created_at, id);
CREATE INDEX payouts_partner ON payouts (tenant_id, partner_id, created_at, id);
CREATE INDEX payouts_status ON payouts (tenant_id, status, created_at, id);
CREATE TABLE periods (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
period_from DATE NOT NULL,
period_to DATE NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
closed_at TIMESTAMP WITH TIME ZONE,
closed_by TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id),
CHECK (period_from < period_to)
);
CREATE INDEX periods_newest ON periods (tenant_id, created_at, id);
CREATE TABLE plan_assignments (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
plan_id TEXT COLLATE "C" NOT NULL,
level TEXT NOT NULL CHECK (level IN ('partner', 'tier', 'all')),
target TEXT COLLATE "C" NOT NULL,
effective_from DATE NOT NULL,
effective_to DATE,
PRIMARY KEY (tenant_id, id),
CHECK ((level = 'all') = (target = '')),
CONSTRAINT plan_assignments_one_at_a_time EXCLUDE USING gist (tenant_id WITH =, level WITH =, target WITH =, daterange(effective_from, effective_to) WITH &&)
);
CREATE INDEX plan_assignments_newest ON plan_assignments (tenant_id, created_at, id);
CREATE INDEX plan_assignments_target ON plan_assignments (tenant_id, level, target);
CREATE TABLE plan_versions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
plan_id TEXT COLLATE "C" NOT NULL,
number INTEGER NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
effective_from DATE NOT NULL,
effective_to DATE,
components JSONB NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
published_by TEXT COLLATE "C",
PRIMARY KEY (tenant_id, id),
CONSTRAINT plan_versions_number UNIQUE (tenant_id, plan_id, number)
);
CREATE INDEX plan_versions_newest ON plan_versions (tenant_id, created_at, id);
CREATE TABLE plans (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
currency TEXT NOT NULL,
description TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX plans_newest ON plans (tenant_id, created_at, id);
CREATE TABLE recalculations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C",
period_from DATE NOT NULL,
period_to DATE NOT NULL,
sales INTEGER NOT NULL,
lines INTEGER NOT NULL,
differences JSONB NOT NULL,
requested_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX recalculations_newest ON recalculations (tenant_id, created_at, id);
CREATE TABLE returns (
tenant_id TEXT COLLATE "C" NOT NULL,
return_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
returned_on DATE NOT NULL,
recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, return_id)
);
CREATE INDEX returns_deal ON returns (tenant_id, deal_id);
CREATE TABLE sales (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
product_family TEXT NOT NULL,
country TEXT,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
closed_on DATE NOT NULL,
won_at TIMESTAMP WITH TIME ZONE NOT NULL,
lead_id TEXT COLLATE "C",
outcome TEXT NOT NULL CHECK (outcome IN ('accrued', 'nothing', 'waiting')),
tier TEXT,
rules JSONB NOT NULL,
reasons JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sales_partner ON sales (tenant_id, partner_id, closed_on, id);
CREATE INDEX sales_waiting ON sales (tenant_id, outcome, currency, id);
CREATE TABLE statement_lines (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
statement_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
earning_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL,
rule TEXT NOT NULL,
amount BIGINT NOT NULL,
currency TEXT NOT NULL,
earned_on DATE NOT NULL,
posted_on DATE NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX statement_lines_of ON statement_lines (tenant_id, statement_id, created_at, id);
CREATE UNIQUE INDEX statement_lines_once ON statement_lines (tenant_id, earning_id);
CREATE TABLE statements (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
published_to TEXT COLLATE "C",
period_from DATE NOT NULL,
period_to DATE NOT NULL,
currency TEXT NOT NULL,
total BIGINT NOT NULL,
line_count INTEGER NOT NULL,
status TEXT NOT NULL CHECK (status IN ('in_review', 'approved', 'published', 'acknowledged')),
created_by TEXT COLLATE "C" NOT NULL,
approved_at TIMESTAMP WITH TIME ZONE,
approved_by TEXT COLLATE "C",
published_at TIMESTAMP WITH TIME ZONE,
acknowledged_at TIMESTAMP WITH TIME ZONE,
acknowledged_by TEXT COLLATE "C",
paid_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id),
CHECK (period_from < period_to)
);
CREATE INDEX statements_newest ON statements (tenant_id, created_at, id);
CREATE INDEX statements_partner ON statements (tenant_id, partner_id, created_at, id);
CREATE INDEX statements_published_to ON statements (tenant_id, published_to, created_at, id);
CREATE INDEX statements_status ON statements (tenant_id, status, created_at, id);
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
CREATE TABLE transfers (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
debit_account TEXT NOT NULL CHECK (debit_account IN ('incentive_expense', 'accrued_liability', 'holdback_liability', 'payable', 'cash_clearing', 'clawback_receivable')),
credit_account TEXT NOT NULL CHECK (credit_account IN ('incentive_expense', 'accrued_liability', 'holdback_liability', 'payable', 'cash_clearing', 'clawback_receivable')),
currency TEXT NOT NULL,
amount BIGINT NOT NULL,
kind TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
occurrence INTEGER NOT NULL,
posted_on DATE NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (amount > 0),
CHECK (debit_account <> credit_account),
CONSTRAINT transfers_once UNIQUE (tenant_id, kind, subject, occurrence)
);
CREATE INDEX transfers_newest ON transfers (tenant_id, created_at, id);
CREATE INDEX transfers_partner ON transfers (tenant_id, partner_id, created_at, id);
CREATE INDEX transfers_subject ON transfers (tenant_id, subject);
ALTER TABLE visible_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE visible_partners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visible_partners TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visible_partners TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_incentives_app;
CREATE POLICY app_reads ON visible_partners FOR SELECT TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON visible_partners TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE attainments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attainments FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON attainments TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON attainments TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON attainments TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON attainments TO prm_incentives_app;
CREATE POLICY app ON attainments TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR attainments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = attainments.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR attainments.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = attainments.partner_id)));
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_records TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_records TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_incentives_engine;
CREATE POLICY worker ON audit_records TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_incentives_worker;
CREATE POLICY app ON audit_records FOR INSERT TO prm_incentives_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON audit_records TO prm_incentives_app;
ALTER TABLE credits ENABLE ROW LEVEL SECURITY;
ALTER TABLE credits FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON credits TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON credits TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON credits TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON credits TO prm_incentives_app;
CREATE POLICY app ON credits TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR credits.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = credits.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR credits.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = credits.partner_id)));
ALTER TABLE earnings ENABLE ROW LEVEL SECURITY;
ALTER TABLE earnings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON earnings TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON earnings TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON earnings TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON earnings TO prm_incentives_app;
CREATE POLICY app ON earnings TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR earnings.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = earnings.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR earnings.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = earnings.partner_id)));
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON events TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON events TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_incentives_engine;
CREATE POLICY worker ON events TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_incentives_worker;
CREATE POLICY app ON events FOR INSERT TO prm_incentives_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON events TO prm_incentives_app;
ALTER TABLE exchange_rates ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchange_rates FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON exchange_rates TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON exchange_rates TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_rates TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_rates TO prm_incentives_app;
CREATE POLICY app_reads ON exchange_rates FOR SELECT TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON exchange_rates TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON idempotency_keys TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON idempotency_keys TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_incentives_engine;
CREATE POLICY worker ON idempotency_keys TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_incentives_worker;
CREATE POLICY app ON idempotency_keys TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_incentives_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON inbox TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON inbox TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_incentives_engine;
CREATE POLICY worker ON inbox TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_incentives_worker;
ALTER TABLE log_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_state FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON log_state TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON log_state TO prm_incentives_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_incentives_engine;
CREATE POLICY worker ON log_state TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_incentives_worker;
INSERT INTO log_state (one, epoch) VALUES (1, 1);
ALTER TABLE offsets ENABLE ROW LEVEL SECURITY;
ALTER TABLE offsets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offsets TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offsets TO prm_incentives_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_incentives_engine;
CREATE POLICY worker ON offsets TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_incentives_worker;
ALTER TABLE parked_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parked_events TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parked_events TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_incentives_engine;
CREATE POLICY worker ON parked_events TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_incentives_worker;
ALTER TABLE partner_directory ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_directory FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_directory TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_directory TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_directory TO prm_incentives_app;
CREATE POLICY app ON partner_directory TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE partner_tiers ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_tiers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_tiers TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_tiers TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_tiers TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_tiers TO prm_incentives_app;
CREATE POLICY app ON partner_tiers TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE payout_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_statements FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON payout_statements TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON payout_statements TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON payout_statements TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON payout_statements TO prm_incentives_app;
CREATE POLICY app ON payout_statements TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR payout_statements.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = payout_statements.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR payout_statements.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = payout_statements.partner_id)));
ALTER TABLE payouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE payouts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON payouts TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON payouts TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON payouts TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON payouts TO prm_incentives_app;
CREATE POLICY app ON payouts TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR payouts.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = payouts.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR payouts.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = payouts.partner_id)));
ALTER TABLE periods ENABLE ROW LEVEL SECURITY;
ALTER TABLE periods FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON periods TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON periods TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON periods TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON periods TO prm_incentives_app;
CREATE POLICY app ON periods TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE plan_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON plan_assignments TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON plan_assignments TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_assignments TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_assignments TO prm_incentives_app;
CREATE POLICY app ON plan_assignments TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE plan_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON plan_versions TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON plan_versions TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_versions TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_versions TO prm_incentives_app;
CREATE POLICY app ON plan_versions TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON plans TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON plans TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON plans TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON plans TO prm_incentives_app;
CREATE POLICY app ON plans TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE recalculations ENABLE ROW LEVEL SECURITY;
ALTER TABLE recalculations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON recalculations TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON recalculations TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON recalculations TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON recalculations TO prm_incentives_app;
CREATE POLICY app ON recalculations TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE returns ENABLE ROW LEVEL SECURITY;
ALTER TABLE returns FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON returns TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON returns TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON returns TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON returns TO prm_incentives_app;
CREATE POLICY app ON returns TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = returns.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR returns.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = returns.partner_id)));
ALTER TABLE sales ENABLE ROW LEVEL SECURITY;
ALTER TABLE sales FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON sales TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON sales TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON sales TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON sales TO prm_incentives_app;
CREATE POLICY app ON sales TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR sales.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = sales.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR sales.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = sales.partner_id)));
ALTER TABLE statement_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE statement_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON statement_lines TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON statement_lines TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON statement_lines TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON statement_lines TO prm_incentives_app;
CREATE POLICY app ON statement_lines TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR statement_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = statement_lines.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR statement_lines.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = statement_lines.partner_id)));
ALTER TABLE statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE statements FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON statements TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON statements TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON statements TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON statements TO prm_incentives_app;
CREATE POLICY app ON statements TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR statements.published_to = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = statements.published_to))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR statements.published_to = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = statements.published_to)));
ALTER TABLE tenant_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_clocks TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_clocks TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_incentives_engine;
CREATE POLICY worker ON tenant_clocks TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_incentives_worker;
CREATE POLICY app ON tenant_clocks TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_incentives_app;
ALTER TABLE timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE timers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON timers TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON timers TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_incentives_engine;
CREATE POLICY worker ON timers TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_incentives_worker;
CREATE POLICY app ON timers TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_incentives_app;
ALTER TABLE transfers ENABLE ROW LEVEL SECURITY;
ALTER TABLE transfers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON transfers TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON transfers TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON transfers TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON transfers TO prm_incentives_app;
CREATE POLICY app ON transfers TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR transfers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = transfers.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR transfers.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = transfers.partner_id)));
-- A transfer is never changed nor taken away, by nobody who serves.
REVOKE UPDATE, DELETE ON transfers FROM prm_incentives_app, prm_incentives_engine;
-- Its two legs; the reader's own wall applies, not the owner's.
CREATE VIEW ledger_entries WITH (security_invoker = true) AS
SELECT tenant_id, 'entry_debit_' || right(id, 26) COLLATE "C" AS id, 1 AS version, created_at, created_at AS updated_at,
       id AS transfer_id, partner_id, debit_account AS account, currency, amount AS debit, 0::bigint AS credit, kind,
       subject, posted_on
FROM transfers
UNION ALL
SELECT tenant_id, 'entry_credit_' || right(id, 26) COLLATE "C", 1, created_at, created_at, id, partner_id,
       credit_account, currency, 0::bigint, amount, kind, subject, posted_on
FROM transfers;
GRANT SELECT ON ledger_entries TO prm_incentives_app, prm_incentives_engine;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

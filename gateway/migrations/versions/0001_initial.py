"""Create the tables of the gateway: identity, keys, the event log and the machinery."""

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
CREATE TABLE accounts (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
email TEXT NOT NULL,
given_name TEXT NOT NULL,
family_name TEXT NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('vendor', 'partner')),
status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'deactivated')),
roles JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX accounts_newest ON accounts (tenant_id, created_at, id);
CREATE TABLE api_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C",
name TEXT NOT NULL,
scopes JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
hint TEXT NOT NULL,
expires_at TIMESTAMP WITH TIME ZONE,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX api_keys_newest ON api_keys (tenant_id, created_at, id);
CREATE INDEX api_keys_partner ON api_keys (tenant_id, partner_id, created_at, id);
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
CREATE TABLE files (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
uploaded_by TEXT COLLATE "C" NOT NULL,
name TEXT NOT NULL,
content_type TEXT NOT NULL,
size BIGINT NOT NULL,
sha256 TEXT NOT NULL,
key TEXT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_newest ON files (tenant_id, created_at, id);
CREATE INDEX files_owner ON files (tenant_id, owner, created_at, id);
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
CREATE TABLE invitations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
person_id TEXT COLLATE "C",
status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'replaced')),
expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX invitations_account ON invitations (tenant_id, account_id, created_at);
CREATE TABLE log_state (
one SERIAL NOT NULL,
epoch INTEGER NOT NULL,
PRIMARY KEY (one)
);
CREATE TABLE memberships (
tenant_id TEXT COLLATE "C" NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
person_id TEXT COLLATE "C" NOT NULL,
roles JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'deactivated')),
last_used_at TIMESTAMP WITH TIME ZONE,
version INTEGER NOT NULL,
PRIMARY KEY (tenant_id, account_id, partner_id)
);
CREATE INDEX memberships_person ON memberships (tenant_id, person_id);
CREATE TABLE oauth_clients (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C",
name TEXT NOT NULL,
scopes JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX oauth_clients_newest ON oauth_clients (tenant_id, created_at, id);
CREATE INDEX oauth_clients_partner ON oauth_clients (tenant_id, partner_id, created_at, id);
CREATE TABLE offsets (
source TEXT NOT NULL,
epoch INTEGER NOT NULL,
xid BIGINT NOT NULL,
event_no BIGINT NOT NULL,
PRIMARY KEY (source)
);
CREATE TABLE outgoing_mails (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
recipient TEXT NOT NULL,
purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'password_reset')),
subject TEXT NOT NULL,
body TEXT NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outgoing_mails_newest ON outgoing_mails (created_at, id);
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
CREATE TABLE partner_standings (
tenant_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL,
version INTEGER NOT NULL,
PRIMARY KEY (tenant_id, partner_id)
);
CREATE TABLE passwords (
tenant_id TEXT COLLATE "C" NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
email TEXT NOT NULL,
hash TEXT,
changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, account_id)
);
CREATE INDEX passwords_anywhere ON passwords (email);
CREATE UNIQUE INDEX passwords_email ON passwords (tenant_id, email);
CREATE TABLE public_event_audience (
tenant_id TEXT COLLATE "C" NOT NULL,
event_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, event_id, partner_id)
);
CREATE INDEX public_event_audience_partner ON public_event_audience (tenant_id, partner_id, event_id);
CREATE TABLE public_events (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
position BIGINT GENERATED ALWAYS AS IDENTITY,
type TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
subject_version INTEGER NOT NULL,
source TEXT NOT NULL,
time TIMESTAMP WITH TIME ZONE NOT NULL,
actor_id TEXT COLLATE "C" NOT NULL,
audience JSONB NOT NULL,
facts JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX public_events_position ON public_events (tenant_id, position);
CREATE TABLE revocations (
position BIGINT GENERATED ALWAYS AS IDENTITY,
revoked_id TEXT COLLATE "C" NOT NULL,
until TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (position)
);
CREATE TABLE roles (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
side TEXT NOT NULL CHECK (side IN ('vendor', 'partner')),
scopes JSONB,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX roles_code ON roles (tenant_id, code);
CREATE INDEX roles_newest ON roles (tenant_id, created_at, id);
CREATE TABLE secrets (
tenant_id TEXT COLLATE "C" NOT NULL,
digest TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('refresh_token', 'client_secret', 'api_key', 'invitation', 'password_reset')),
owner_id TEXT COLLATE "C" NOT NULL,
issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
expires_at TIMESTAMP WITH TIME ZONE,
spent_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, digest)
);
CREATE UNIQUE INDEX secrets_digest ON secrets (digest);
CREATE INDEX secrets_owner ON secrets (tenant_id, owner_id, issued_at);
CREATE TABLE sessions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('vendor', 'partner')),
partner_id TEXT COLLATE "C",
person_id TEXT COLLATE "C",
status TEXT NOT NULL CHECK (status IN ('active', 'ended')),
end_reason TEXT,
last_used_at TIMESTAMP WITH TIME ZONE NOT NULL,
expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sessions_account ON sessions (tenant_id, account_id, created_at, id);
CREATE INDEX sessions_partner ON sessions (tenant_id, partner_id);
CREATE TABLE sign_in_attempts (
subject TEXT COLLATE "C" NOT NULL,
failures INTEGER NOT NULL,
last_at TIMESTAMP WITH TIME ZONE NOT NULL,
next_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (subject)
);
CREATE TABLE signing_keys (
kid TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
sealed TEXT NOT NULL,
public_jwk JSONB NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
retired_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (kid)
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (status) WHERE status = 'active';
CREATE TABLE tenant_clocks (
tenant_id TEXT COLLATE "C" NOT NULL,
offset_seconds BIGINT NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id)
);
CREATE TABLE tenant_hosts (
tenant_id TEXT COLLATE "C" NOT NULL,
host TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, host)
);
CREATE UNIQUE INDEX tenant_hosts_host ON tenant_hosts (host);
CREATE TABLE tenants (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
slug TEXT NOT NULL,
name TEXT NOT NULL,
mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
default_locale TEXT NOT NULL,
hosts JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tenants_newest ON tenants (tenant_id, created_at, id);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);
CREATE TABLE test_clocks (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
offset_seconds BIGINT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX test_clocks_newest ON test_clocks (tenant_id, created_at, id);
CREATE UNIQUE INDEX test_clocks_one ON test_clocks (tenant_id);
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
CREATE TABLE webhook_deliveries (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
endpoint_id TEXT COLLATE "C" NOT NULL,
event_id TEXT COLLATE "C" NOT NULL,
type TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
payload JSONB NOT NULL,
attempts INTEGER NOT NULL,
next_attempt_at TIMESTAMP WITH TIME ZONE,
response_status INTEGER,
error TEXT,
finished_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (tenant_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (tenant_id, created_at, id);
CREATE TABLE webhook_endpoints (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
owner TEXT COLLATE "C" NOT NULL,
url TEXT NOT NULL,
description TEXT,
types JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('enabled', 'disabled')),
sealed_secret TEXT NOT NULL,
sealed_old_secret TEXT,
old_secret_until TIMESTAMP WITH TIME ZONE,
failing_since TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhook_endpoints_newest ON webhook_endpoints (tenant_id, created_at, id);
CREATE TABLE webhook_queue (
tenant_id TEXT COLLATE "C" NOT NULL,
delivery_id TEXT COLLATE "C" NOT NULL,
mode TEXT NOT NULL,
due_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, delivery_id)
);
CREATE INDEX webhook_queue_due ON webhook_queue (due_at);
ALTER TABLE visible_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE visible_partners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visible_partners TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visible_partners TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON visible_partners TO prm_gateway_app;
CREATE POLICY app_reads ON visible_partners FOR SELECT TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON visible_partners TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON accounts TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON accounts TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO prm_gateway_app;
CREATE POLICY app ON accounts TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON api_keys TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON api_keys TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys TO prm_gateway_app;
CREATE POLICY app ON api_keys TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR api_keys.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = api_keys.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR api_keys.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = api_keys.partner_id)));
ALTER TABLE audit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_records TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_records TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_gateway_engine;
CREATE POLICY worker ON audit_records TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_records TO prm_gateway_worker;
CREATE POLICY app ON audit_records FOR INSERT TO prm_gateway_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON audit_records TO prm_gateway_app;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON events TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON events TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_gateway_engine;
CREATE POLICY worker ON events TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON events TO prm_gateway_worker;
CREATE POLICY app ON events FOR INSERT TO prm_gateway_app WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT INSERT ON events TO prm_gateway_app;
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON files TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON files TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO prm_gateway_app;
CREATE POLICY app ON files TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR files.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = files.owner))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR files.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = files.owner)));
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON idempotency_keys TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON idempotency_keys TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_gateway_engine;
CREATE POLICY worker ON idempotency_keys TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_gateway_worker;
CREATE POLICY app ON idempotency_keys TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO prm_gateway_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON inbox TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON inbox TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_gateway_engine;
CREATE POLICY worker ON inbox TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO prm_gateway_worker;
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON invitations TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON invitations TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO prm_gateway_engine;
CREATE POLICY worker ON invitations TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO prm_gateway_worker;
ALTER TABLE log_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_state FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON log_state TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON log_state TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_gateway_engine;
CREATE POLICY worker ON log_state TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON log_state TO prm_gateway_worker;
INSERT INTO log_state (one, epoch) VALUES (1, 1);
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON memberships TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON memberships TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships TO prm_gateway_engine;
CREATE POLICY worker ON memberships TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships TO prm_gateway_worker;
ALTER TABLE oauth_clients ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth_clients FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON oauth_clients TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON oauth_clients TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_clients TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_clients TO prm_gateway_app;
CREATE POLICY app ON oauth_clients TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR oauth_clients.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = oauth_clients.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR oauth_clients.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = oauth_clients.partner_id)));
ALTER TABLE offsets ENABLE ROW LEVEL SECURITY;
ALTER TABLE offsets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON offsets TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON offsets TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_gateway_engine;
CREATE POLICY worker ON offsets TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON offsets TO prm_gateway_worker;
ALTER TABLE outgoing_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE outgoing_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON outgoing_mails TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON outgoing_mails TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON outgoing_mails TO prm_gateway_engine;
CREATE POLICY worker ON outgoing_mails TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON outgoing_mails TO prm_gateway_worker;
ALTER TABLE parked_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE parked_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON parked_events TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON parked_events TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_gateway_engine;
CREATE POLICY worker ON parked_events TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_events TO prm_gateway_worker;
ALTER TABLE partner_standings ENABLE ROW LEVEL SECURITY;
ALTER TABLE partner_standings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON partner_standings TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON partner_standings TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_standings TO prm_gateway_engine;
CREATE POLICY worker ON partner_standings TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON partner_standings TO prm_gateway_worker;
ALTER TABLE passwords ENABLE ROW LEVEL SECURITY;
ALTER TABLE passwords FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON passwords TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON passwords TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON passwords TO prm_gateway_engine;
CREATE POLICY worker ON passwords TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON passwords TO prm_gateway_worker;
ALTER TABLE public_event_audience ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_event_audience FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON public_event_audience TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON public_event_audience TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON public_event_audience TO prm_gateway_engine;
CREATE POLICY worker ON public_event_audience TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON public_event_audience TO prm_gateway_worker;
CREATE POLICY app ON public_event_audience TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON public_event_audience TO prm_gateway_app;
ALTER TABLE public_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON public_events TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON public_events TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON public_events TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON public_events TO prm_gateway_app;
CREATE POLICY app ON public_events TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM public_event_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.event_id = public_events.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM public_event_audience part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.event_id = public_events.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
ALTER TABLE revocations ENABLE ROW LEVEL SECURITY;
ALTER TABLE revocations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON revocations TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON revocations TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON revocations TO prm_gateway_engine;
CREATE POLICY worker ON revocations TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON revocations TO prm_gateway_worker;
CREATE POLICY app ON revocations FOR INSERT TO prm_gateway_app WITH CHECK (true);
GRANT INSERT ON revocations TO prm_gateway_app;
ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON roles TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON roles TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON roles TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON roles TO prm_gateway_app;
CREATE POLICY app_reads ON roles FOR SELECT TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON roles TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON secrets TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON secrets TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON secrets TO prm_gateway_engine;
CREATE POLICY worker ON secrets TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON secrets TO prm_gateway_worker;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON sessions TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON sessions TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO prm_gateway_engine;
CREATE POLICY worker ON sessions TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO prm_gateway_worker;
CREATE POLICY app ON sessions TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO prm_gateway_app;
ALTER TABLE sign_in_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON sign_in_attempts TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON sign_in_attempts TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO prm_gateway_engine;
CREATE POLICY worker ON sign_in_attempts TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO prm_gateway_worker;
ALTER TABLE signing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON signing_keys TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON signing_keys TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON signing_keys TO prm_gateway_engine;
CREATE POLICY worker ON signing_keys TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON signing_keys TO prm_gateway_worker;
ALTER TABLE tenant_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_clocks TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_clocks TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_gateway_engine;
CREATE POLICY worker ON tenant_clocks TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_gateway_worker;
CREATE POLICY app ON tenant_clocks TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_clocks TO prm_gateway_app;
ALTER TABLE tenant_hosts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_hosts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenant_hosts TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenant_hosts TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_hosts TO prm_gateway_engine;
CREATE POLICY worker ON tenant_hosts TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_hosts TO prm_gateway_worker;
CREATE POLICY app ON tenant_hosts TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_hosts TO prm_gateway_app;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tenants TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tenants TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO prm_gateway_engine;
CREATE POLICY worker ON tenants TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO prm_gateway_worker;
CREATE POLICY app ON tenants TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO prm_gateway_app;
ALTER TABLE test_clocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE test_clocks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON test_clocks TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON test_clocks TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON test_clocks TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON test_clocks TO prm_gateway_app;
CREATE POLICY app ON test_clocks TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE timers ENABLE ROW LEVEL SECURITY;
ALTER TABLE timers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON timers TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON timers TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_gateway_engine;
CREATE POLICY worker ON timers TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_gateway_worker;
CREATE POLICY app ON timers TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO prm_gateway_app;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON webhook_deliveries TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON webhook_deliveries TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO prm_gateway_app;
CREATE POLICY app ON webhook_deliveries TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR webhook_deliveries.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = webhook_deliveries.owner))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR webhook_deliveries.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = webhook_deliveries.owner)));
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON webhook_endpoints TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON webhook_endpoints TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints TO prm_gateway_app;
CREATE POLICY app ON webhook_endpoints TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR webhook_endpoints.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = webhook_endpoints.owner))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR webhook_endpoints.owner = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = webhook_endpoints.owner)));
ALTER TABLE webhook_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_queue FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON webhook_queue TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON webhook_queue TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_queue TO prm_gateway_engine;
CREATE POLICY worker ON webhook_queue TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_queue TO prm_gateway_worker;
CREATE POLICY app ON webhook_queue TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_queue TO prm_gateway_app;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Apps act for people who agreed to it, people have second factors, and a signing key is published before it signs.

An app that exists is a confidential one without redirect URIs: it goes on with its own credentials, and nothing else.
Secrets from before their holders were kept belong to whoever made the key or the app.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE oauth_clients ADD COLUMN kind TEXT NOT NULL DEFAULT 'confidential' CHECK (kind IN ('confidential', 'public'));
ALTER TABLE oauth_clients ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE oauth_clients ADD COLUMN redirect_uris JSONB NOT NULL DEFAULT '[]';
ALTER TABLE oauth_clients ALTER COLUMN redirect_uris DROP DEFAULT;
ALTER TABLE sessions ADD COLUMN client_id TEXT COLLATE "C";
ALTER TABLE sessions ADD COLUMN scopes JSONB;
CREATE INDEX sessions_client ON sessions (tenant_id, client_id);
UPDATE secrets s SET holder_id = k.created_by FROM api_keys k WHERE k.tenant_id = s.tenant_id AND k.id = s.owner_id AND s.holder_id IS NULL;
UPDATE secrets s SET holder_id = c.created_by FROM oauth_clients c WHERE c.tenant_id = s.tenant_id AND c.id = s.owner_id AND s.holder_id IS NULL;
CREATE INDEX secrets_holder ON secrets (tenant_id, holder_id);
ALTER TABLE secrets DROP CONSTRAINT secrets_kind_check;
ALTER TABLE secrets ADD CONSTRAINT secrets_kind_check CHECK (kind IN ('refresh_token', 'client_secret', 'api_key', 'invitation', 'password_reset', 'authorization_code', 'recovery_code'));
ALTER TABLE outgoing_mails DROP CONSTRAINT outgoing_mails_purpose_check;
ALTER TABLE outgoing_mails ADD CONSTRAINT outgoing_mails_purpose_check CHECK (purpose IN ('invitation', 'password_reset', 'second_factor'));
ALTER TABLE tenants ADD COLUMN login_url TEXT;
ALTER TABLE signing_keys DROP CONSTRAINT signing_keys_status_check;
ALTER TABLE signing_keys ADD CONSTRAINT signing_keys_status_check CHECK (status IN ('next', 'active', 'retired'));
ALTER TABLE signing_keys ADD COLUMN signs_from TIMESTAMP WITH TIME ZONE;
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (status) WHERE status = 'next';
CREATE TABLE authorizations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
person_id TEXT COLLATE "C",
client_id TEXT COLLATE "C" NOT NULL,
agreed_in TEXT COLLATE "C" NOT NULL,
session_id TEXT COLLATE "C",
redirect_uri TEXT NOT NULL,
code_challenge TEXT NOT NULL,
scopes JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'used')),
PRIMARY KEY (tenant_id, id)
);
CREATE TABLE client_homes (
tenant_id TEXT COLLATE "C" NOT NULL,
client_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, client_id)
);
CREATE UNIQUE INDEX client_homes_client ON client_homes (client_id);
INSERT INTO client_homes (tenant_id, client_id) SELECT tenant_id, id FROM oauth_clients;
CREATE TABLE second_factors (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL CHECK (kind IN ('totp')),
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'removed')),
confirmed_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX second_factors_account ON second_factors (tenant_id, account_id, created_at, id);
CREATE UNIQUE INDEX second_factors_one_active ON second_factors (tenant_id, account_id) WHERE status = 'active';
CREATE TABLE totp_seeds (
tenant_id TEXT COLLATE "C" NOT NULL,
factor_id TEXT COLLATE "C" NOT NULL,
sealed TEXT NOT NULL,
last_step BIGINT NOT NULL,
PRIMARY KEY (tenant_id, factor_id)
);
ALTER TABLE authorizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE authorizations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON authorizations TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON authorizations TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON authorizations TO prm_gateway_engine;
CREATE POLICY worker ON authorizations TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON authorizations TO prm_gateway_worker;
ALTER TABLE client_homes ENABLE ROW LEVEL SECURITY;
ALTER TABLE client_homes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON client_homes TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON client_homes TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON client_homes TO prm_gateway_engine;
CREATE POLICY worker ON client_homes TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON client_homes TO prm_gateway_worker;
CREATE POLICY app ON client_homes TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON client_homes TO prm_gateway_app;
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON second_factors TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON second_factors TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO prm_gateway_engine;
CREATE POLICY worker ON second_factors TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO prm_gateway_worker;
CREATE POLICY app ON second_factors TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO prm_gateway_app;
ALTER TABLE totp_seeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE totp_seeds FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON totp_seeds TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON totp_seeds TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_seeds TO prm_gateway_engine;
CREATE POLICY worker ON totp_seeds TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_seeds TO prm_gateway_worker;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

"""Whose deals are: attributions, and the solutions whose split they can take."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE attributions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
role TEXT NOT NULL CHECK (role IN ('source', 'co_sell', 'influence', 'fulfil', 'implement')),
credit_type TEXT NOT NULL CHECK (credit_type IN ('sourced', 'influenced', 'commission')),
basis_points INTEGER NOT NULL,
model TEXT NOT NULL CHECK (model IN ('manual', 'first_touch', 'last_touch', 'linear', 'position_based', 'solution')),
status TEXT NOT NULL CHECK (status IN ('candidate', 'locked', 'amended')),
effective_from DATE,
effective_to DATE,
split_version INTEGER NOT NULL,
locked_at TIMESTAMP WITH TIME ZONE,
locked_by TEXT COLLATE "C",
reason TEXT,
PRIMARY KEY (tenant_id, id),
CHECK (basis_points BETWEEN 1 AND 10000),
CHECK (effective_to > effective_from),
CONSTRAINT attributions_once EXCLUDE USING gist (tenant_id WITH =, deal_id WITH =, credit_type WITH =, partner_id WITH =, daterange(effective_from, effective_to) WITH &&) WHERE (status <> 'amended')
);
CREATE INDEX attributions_deal ON attributions (tenant_id, deal_id, created_at, id);
CREATE INDEX attributions_newest ON attributions (tenant_id, created_at, id);
CREATE INDEX attributions_partner ON attributions (tenant_id, partner_id, created_at, id);
CREATE INDEX attributions_status ON attributions (tenant_id, status, created_at, id);
CREATE TABLE solution_listings (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
solution_id TEXT COLLATE "C" NOT NULL,
name TEXT NOT NULL,
description TEXT,
product_families JSONB NOT NULL,
solution_version INTEGER NOT NULL,
partners JSONB NOT NULL,
listed_until TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX solution_listings_newest ON solution_listings (tenant_id, created_at, id);
CREATE UNIQUE INDEX solution_listings_solution ON solution_listings (tenant_id, solution_id);
CREATE TABLE solution_listings_words (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
word TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id, word)
);
CREATE INDEX solution_listings_words_found ON solution_listings_words (tenant_id, word, id);
CREATE TABLE solution_parties (
tenant_id TEXT COLLATE "C" NOT NULL,
solution_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, solution_id, partner_id)
);
CREATE INDEX solution_parties_partner ON solution_parties (tenant_id, partner_id, solution_id);
CREATE TABLE solutions (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
name TEXT NOT NULL,
description TEXT,
product_families JSONB NOT NULL,
solution_version INTEGER NOT NULL,
previous_id TEXT COLLATE "C",
status TEXT NOT NULL CHECK (status IN ('draft', 'in_validation', 'validated', 'listed', 'expired')),
owners JSONB NOT NULL,
submitted_at TIMESTAMP WITH TIME ZONE,
validated_at TIMESTAMP WITH TIME ZONE,
listed_at TIMESTAMP WITH TIME ZONE,
expires_at TIMESTAMP WITH TIME ZONE,
reason TEXT,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX solutions_newest ON solutions (tenant_id, created_at, id);
CREATE INDEX solutions_partner ON solutions (tenant_id, partner_id, created_at, id);
CREATE INDEX solutions_status ON solutions (tenant_id, status, created_at, id);
ALTER TABLE attributions ENABLE ROW LEVEL SECURITY;
ALTER TABLE attributions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON attributions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON attributions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON attributions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON attributions TO prm_deals_app;
CREATE POLICY app ON attributions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR attributions.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = attributions.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR attributions.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = attributions.partner_id)));
ALTER TABLE solution_listings ENABLE ROW LEVEL SECURITY;
ALTER TABLE solution_listings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON solution_listings TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON solution_listings TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_listings TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_listings TO prm_deals_app;
CREATE POLICY app_reads ON solution_listings FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON solution_listings TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE solution_listings_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE solution_listings_words FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON solution_listings_words TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON solution_listings_words TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_listings_words TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_listings_words TO prm_deals_app;
CREATE POLICY app_reads ON solution_listings_words FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON solution_listings_words TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE solution_parties ENABLE ROW LEVEL SECURITY;
ALTER TABLE solution_parties FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON solution_parties TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON solution_parties TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_parties TO prm_deals_engine;
CREATE POLICY worker ON solution_parties TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_parties TO prm_deals_worker;
CREATE POLICY app ON solution_parties TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON solution_parties TO prm_deals_app;
ALTER TABLE solutions ENABLE ROW LEVEL SECURITY;
ALTER TABLE solutions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON solutions TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON solutions TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON solutions TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON solutions TO prm_deals_app;
CREATE POLICY app ON solutions TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM solution_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.solution_id = solutions.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id))))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR EXISTS (SELECT FROM solution_parties part WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.solution_id = solutions.id AND (part.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = part.partner_id)))));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)

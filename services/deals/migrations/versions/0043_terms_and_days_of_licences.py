"""Terms of licences are counted and keep their day of the month; a day of a licence is invoiced once."""

from alembic import op

revision = "0043"
down_revision = "0036"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE licences ADD COLUMN term_no INTEGER, ADD COLUMN anchor_day INTEGER",
    # Those that follow another have the day of the first, though they may have lost it meanwhile: the next term has it again.
    """
    WITH RECURSIVE terms AS (
        SELECT tenant_id, id, 1 AS term_no, extract(day FROM starts_on)::integer AS anchor_day
        FROM licences WHERE renewal_of IS NULL
        UNION ALL
        SELECT following.tenant_id, following.id, terms.term_no + 1, terms.anchor_day
        FROM licences AS following
        JOIN terms ON terms.tenant_id = following.tenant_id AND terms.id = following.renewal_of
    )
    UPDATE licences AS own SET term_no = terms.term_no, anchor_day = terms.anchor_day
    FROM terms WHERE terms.tenant_id = own.tenant_id AND terms.id = own.id
    """,
    "ALTER TABLE licences ALTER COLUMN term_no SET NOT NULL, ALTER COLUMN anchor_day SET NOT NULL",
    "ALTER TABLE licences ADD CHECK (anchor_day BETWEEN 1 AND 31 AND term_no > 0)",
    "ALTER TABLE licence_invoices ADD COLUMN exclusive BOOLEAN NOT NULL DEFAULT true",
    "ALTER TABLE licence_invoices ALTER COLUMN exclusive DROP DEFAULT",
    # What was invoiced twice before stays recorded: money may have been made of it.
    """
    UPDATE licence_invoices AS own SET exclusive = false
    WHERE EXISTS (
        SELECT FROM licence_invoices AS former
        WHERE former.tenant_id = own.tenant_id AND former.licence_id = own.licence_id
        AND (former.created_at, former.id) < (own.created_at, own.id)
        AND former.period_from < own.period_to AND own.period_from < former.period_to
    )
    """,
    """
    ALTER TABLE licence_invoices ADD CONSTRAINT licence_invoices_days EXCLUDE USING gist (
        tenant_id WITH =, licence_id WITH =, daterange(period_from, period_to) WITH &&
    ) WHERE (exclusive)
    """,
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)

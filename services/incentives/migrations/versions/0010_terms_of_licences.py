"""An invoice of a licence says for which of its terms it is, so that conditions tell the first from those that follow."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number of the term; of what was invoiced before, it is not known."""
    op.execute("ALTER TABLE sales ADD COLUMN licence_term_no INTEGER")

"""Each component of a plan says what it is paid from; those that there are, are paid from won deals."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENT = """
UPDATE plan_versions SET components = (
  SELECT coalesce(jsonb_agg(component || jsonb_build_object('source', 'deals') ORDER BY place), '[]')
  FROM jsonb_array_elements(components) WITH ORDINALITY AS listed (component, place)
)
"""


def upgrade() -> None:
    """Write it into every version."""
    op.execute(_STATEMENT)

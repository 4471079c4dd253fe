"""Migrations of pipelines, and the deals that one has left where they were. The vendor's own."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from services.deals.pipeline_migrations.lifecycle import LIFECYCLE
from shared.db.columns import bigint, document, entity, identifier, instant, text
from shared.db.walls import vendor_wall

pipeline_migrations = entity(
    "pipeline_migrations",
    METADATA,
    # Null where the deals come from the built-in pipeline.
    identifier("from_pipeline_id", null=True),
    identifier("to_pipeline_id"),
    document("stages"),
    text("status", check=LIFECYCLE.states),
    bigint("found"),
    bigint("moved"),
    bigint("failed"),
    identifier("operation_id"),
    identifier("created_by"),
    instant("finished_at", null=True),
    Index("pipeline_migrations_newest", "tenant_id", "created_at", "id"),
    Index("pipeline_migrations_from", "tenant_id", "from_pipeline_id", "created_at", "id"),
    Index("pipeline_migrations_to", "tenant_id", "to_pipeline_id", "created_at", "id"),
    Index("pipeline_migrations_operation", "tenant_id", "operation_id", unique=True),
    # An empty text stands for the built-in pipeline: a version is left by one migration at a time.
    Index(
        "pipeline_migrations_running",
        "tenant_id",
        sql("coalesce(from_pipeline_id, '')"),
        unique=True,
        postgresql_where=sql("status = 'running'"),
    ),
    wall=vendor_wall(),
)

pipeline_migration_failures = entity(
    "pipeline_migration_failures",
    METADATA,
    identifier("migration_id"),
    identifier("deal_id"),
    identifier("partner_id"),
    text("stage"),
    text("code"),
    Index("pipeline_migration_failures_of", "tenant_id", "migration_id", "created_at", "id"),
    Index("pipeline_migration_failures_deal", "tenant_id", "migration_id", "deal_id", unique=True),
    wall=vendor_wall(),
    # The migration is on record, and nothing has happened to the deal.
    audited=False,
)

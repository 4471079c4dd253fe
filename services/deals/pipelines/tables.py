"""Pipelines: each row is one version, which never changes once it is published."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from services.deals.pipelines.lifecycle import LIFECYCLE
from shared.db.columns import document, entity, flag, instant, integer, text
from shared.db.walls import tenant_wall

pipelines = entity(
    "pipelines",
    METADATA,
    text("name"),
    text("program", null=True),
    text("status", check=LIFECYCLE.states),
    integer("pipeline_version", null=True),
    document("stages"),
    text("first_stage"),
    document("won_reasons"),
    document("lost_reasons"),
    instant("published_at", null=True),
    flag("is_published"),
    Index("pipelines_newest", "tenant_id", "created_at", "id"),
    Index("pipelines_of_program", "tenant_id", "program", "created_at", "id"),
    # An empty text stands for every program, since nulls would not be held to be the same.
    Index(
        "pipelines_in_force",
        "tenant_id",
        sql("coalesce(program, '')"),
        unique=True,
        postgresql_where=sql("status = 'published'"),
    ),
    Index("pipelines_version", "tenant_id", sql("coalesce(program, '')"), "pipeline_version", unique=True),
    wall=tenant_wall(open_to_partners="is_published"),
)

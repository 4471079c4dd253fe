"""Vendors and the host names that lead to them."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, key, record, text
from shared.db.walls import plumbing_wall

MODES = ("live", "test")

# Of its own tenant a request sees exactly one row; by slug or host the worker role finds it before there is a caller.
tenants = entity(
    "tenants",
    METADATA,
    text("slug"),
    text("name"),
    text("mode", check=MODES),
    text("default_locale"),
    document("hosts"),
    # Where somebody signs in whom an app has sent to /oauth/authorize.
    text("login_url", null=True),
    Index("tenants_slug", "slug", unique=True),
    Index("tenants_newest", "tenant_id", "created_at", "id"),
    wall=plumbing_wall("all"),
)

tenant_hosts = record(
    "tenant_hosts", METADATA, key("host"), Index("tenant_hosts_host", "host", unique=True), wall=plumbing_wall("all")
)

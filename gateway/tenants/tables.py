"""Vendors and the host names that lead to them."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, identifier, key, record, text
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
    # The sandbox of a live tenant, and the live tenant of a sandbox: each names the other.
    identifier("twin_id", null=True),
    text("twin_slug", null=True),
    Index("tenants_slug", "slug", unique=True),
    Index("tenants_twin", "twin_id", unique=True),
    Index("tenants_newest", "tenant_id", "created_at", "id"),
    wall=plumbing_wall("all"),
)

tenant_hosts = record(
    "tenant_hosts", METADATA, key("host"), Index("tenant_hosts_host", "host", unique=True), wall=plumbing_wall("all")
)

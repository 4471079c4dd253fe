"""Customers, the keys that decide who they are, and the keys that bring likely matches together."""

from sqlalchemy import Column, Index, Text
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, flag, identifier, instant, key, record, text
from shared.db.walls import vendor_wall
from shared.search.declaration import searchable

customers = entity(
    "customers",
    METADATA,
    text("name"),
    text("country", null=True),
    text("domain", null=True),
    text("tax_id", null=True),
    text("lei", null=True),
    text("duns", null=True),
    text("address", null=True, personal=True),
    text("email", null=True, personal=True),
    text("phone", null=True, personal=True),
    # What else it was registered as: names, domains and numbers are compared as well.
    document("known_as", personal=True),
    flag("named_account"),
    text("status", check=("active", "merged")),
    identifier("merged_into", null=True),
    # Customers that a person has told from this one; each of the two names the other.
    document("apart_from"),
    # When how its people are reached was last erased.
    instant("contacts_erased_at", null=True),
    Index("customers_newest", "tenant_id", "created_at", "id"),
    Index("customers_by_name", "tenant_id", "name", "id"),
    Index("customers_merged", "tenant_id", "created_at", "id", postgresql_where=sql("status = 'merged'")),
    Index("customers_merged_into", "tenant_id", "merged_into", "id", postgresql_where=sql("merged_into IS NOT NULL")),
    wall=vendor_wall(),
)
customers_words = searchable(customers, "name", "domain")

customer_keys = record(
    "customer_keys",
    METADATA,
    key("kind"),
    key("value"),
    identifier("customer_id"),
    Index("customer_keys_customer", "tenant_id", "customer_id"),
    wall=vendor_wall(),
)

match_keys = record(
    "match_keys",
    METADATA,
    key("key"),
    Column("customer_id", Text(collation="C"), primary_key=True),
    Index("match_keys_customer", "tenant_id", "customer_id"),
    wall=vendor_wall(),
)

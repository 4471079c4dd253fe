"""Every table declares its wall, and the database shows it."""

import pytest
from sqlalchemy import Text

from gateway.rewrapping.rewrapping import sealed_columns
from shared.db.ordering import is_sorted_when_empty
from shared.db.provision import SERVICES
from shared.db.resource import Resource
from shared.db.walls import roles_of, undeclared
from tests.contracts.code import exists, is_migrated, metadatas

SCHEMAS = list(SERVICES)

_TABLES = """
SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS walled,
       pg_get_userbyid(c.relowner) AS owner
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') ORDER BY 1
"""
# Each says one aspect of a schema as rows of text, so that two databases can be compared aspect by aspect.
ASPECTS = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, co.collname,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation co ON co.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraints": """
        SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = $1::regnamespace AND contype <> 'n'
    """,
    "indexes": """
        SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') FROM pg_indexes WHERE schemaname = $1
    """,
    "policies": """
        SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies
        WHERE schemaname = $1
    """,
    "functions and triggers": """
        SELECT proname, 'function' FROM pg_proc WHERE pronamespace = $1::regnamespace
        UNION ALL SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE c.relnamespace = $1::regnamespace AND NOT tgisinternal
    """,
}
_GRANTS = """
SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants g
WHERE table_schema = $1 AND table_name <> 'alembic_version'
  AND EXISTS (SELECT FROM pg_class WHERE oid = format('%I.%I', table_schema, table_name)::regclass AND relkind = 'r')
"""


def test_every_table_declares_its_wall():
    assert {service: missing for service, metadata in metadatas() if (missing := undeclared(metadata))} == {}


def test_every_service_that_runs_has_a_migration():
    assert [service for service in SERVICES if exists(service, "app") and not is_migrated(service)] == []


async def test_every_table_of_every_schema_is_behind_forced_row_level_security(migrated):
    tables = await migrated.fetch(_TABLES, SCHEMAS)

    assert [row["name"] for row in tables if not row["walled"]] == []


async def aspect_of(database, aspect, service):
    await database.execute(f"SET search_path TO {service}, public")
    rows = await database.fetch(ASPECTS[aspect], service)
    return {tuple(row) for row in rows if "alembic_version" not in str(row[0])}


@pytest.mark.parametrize("aspect", ASPECTS)
async def test_the_migrations_make_what_is_declared(migrated, declared, aspect):
    differences = {}
    for service, _ in metadatas():
        if is_migrated(service):
            made, wanted = await aspect_of(migrated, aspect, service), await aspect_of(declared, aspect, service)
            differences |= {service: {"missing": wanted - made, "too much": made - wanted}} if made != wanted else {}

    assert differences == {}


async def test_the_migrations_grant_nothing_that_is_not_declared(migrated, declared):
    excess = {}
    for service, _ in metadatas():
        if is_migrated(service):
            made, wanted = [{tuple(row) for row in await db.fetch(_GRANTS, service)} for db in (migrated, declared)]
            # Less is allowed: a table whose rows are never changed takes UPDATE and DELETE away.
            excess |= {service: made - wanted} if made - wanted else {}
            kept = {(table, role) for table, role, privilege in made if privilege == "SELECT"}
            assert kept == {(table, role) for table, role, privilege in wanted if privilege == "SELECT"}

    assert excess == {}


async def test_every_view_looks_with_the_eyes_of_its_reader(migrated):
    views = await migrated.fetch(
        "SELECT oid::regclass::text AS name, relkind::text AS kind, reloptions FROM pg_class"
        " WHERE relnamespace::regnamespace::text = ANY($1) AND relkind IN ('v', 'm')",
        SCHEMAS,
    )

    blind = [row["name"] for row in views if "security_invoker=true" not in (row["reloptions"] or ())]
    assert blind == []


def is_plumbing(table):
    return table.info["wall"].kind == "plumbing"


def test_the_tenant_leads_every_primary_key():
    keys = {
        f"{service}.{table.name}": next(iter(table.primary_key)).name
        for service, metadata in metadatas()
        for table in metadata.sorted_tables
        if not is_plumbing(table)
    }

    assert {table: first for table, first in keys.items() if first != "tenant_id"} == {}


async def test_the_tenant_leads_every_index_and_unique_or_exclusion_constraint(declared):
    plumbing = {
        f"{service}.{table.name}"
        for service, metadata in metadatas()
        for table in metadata.tables.values()
        if is_plumbing(table)
    }
    rows = await declared.fetch(
        "SELECT n.nspname || '.' || t.relname AS table, i.indexrelid::regclass::text AS index,"
        " pg_get_indexdef(i.indexrelid, 1, true) AS first"
        " FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
        " WHERE n.nspname = ANY($1)",
        SCHEMAS,
    )

    assert [tuple(row) for row in rows if row["first"] != "tenant_id" and row["table"] not in plumbing] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_the_roles_that_serve_have_no_power_of_their_own(migrated, service):
    for kind, role in roles_of(service).items():
        found = await migrated.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", role)
        powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication", "rolinherit")
        assert [power for power in powers if found[power]] == [], role
        assert found["rolcanlogin"] is (kind in ("app", "owner")), role


@pytest.mark.parametrize("service", SERVICES)
async def test_everything_of_a_service_belongs_to_its_owner_role(migrated, service):
    owners = await migrated.fetch(
        "SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = $1::regnamespace"
        " UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE oid = $1::regnamespace",
        service,
    )

    assert {row["owner"] for row in owners} == {roles_of(service)["owner"]}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_app_role_is_a_member_of_its_own_engine_and_worker_and_of_nothing_else(migrated, service):
    roles = roles_of(service)
    memberships = await migrated.fetch(
        "SELECT m.roleid::regrole::text AS role FROM pg_auth_members m WHERE m.member = $1::regrole", roles["app"]
    )

    assert {row["role"] for row in memberships} == {roles["engine"], roles["worker"]}


async def test_no_role_of_a_service_can_use_the_schema_of_another(migrated):
    for service in SERVICES:
        for role in roles_of(service).values():
            usable = await migrated.fetch(
                "SELECT nspname FROM pg_namespace WHERE nspname = ANY($2) AND has_schema_privilege($1, oid, 'USAGE')",
                role,
                SCHEMAS,
            )
            assert [row["nspname"] for row in usable] == [service], role


def resources(apps):
    return {
        f"{service}.{operation.name}": operation.resource
        for service, app in apps.items()
        for operation in app.operations
        if isinstance(operation.resource, Resource)
    }


def test_a_list_is_sorted_by_what_is_never_null_or_has_a_place_all_the_same(apps):
    found = {
        f"{place}: {name}"
        for place, resource in resources(apps).items()
        for name in resource.sorts
        if resource.table.c[name].nullable and not is_sorted_when_empty(resource.table.c[name])
    }

    assert found == set()


def test_whatever_is_sealed_is_found_when_the_secret_key_changes() -> None:
    named = {
        f"{table.name}.{column.name}"
        for _, metadata in metadatas()
        for table in metadata.sorted_tables
        for column in table.columns
        if "seal" in column.name and isinstance(column.type, Text)
    }

    found = {f"{each.table.name}.{each.name}" for each in sealed_columns()}
    assert named == found, "declare it with gateway.keys.sealing.sealed"

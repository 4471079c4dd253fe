"""What there was before there were extensions is found by them afterwards."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson
import pytest

from services.deals.registrations.tables import deals
from services.leads.leads.tables import leads
from services.partners.partners.tables import partners
from shared.db.migrations import migrate
from shared.db.provision import provision, url_as
from shared.extensions.attributes import attributes_of
from tests.databases import SECRET

BEFORE, AFTER = "0003", "0004"
_HEAD = "tenant_id, id, version, created_at, updated_at"


def head(id_):
    return f"'tnt_1', '{id_}', 1, '2026-01-01 10:00:00.123456Z', now()"


ROWS = {
    "deals": [
        f"INSERT INTO deals.deals ({_HEAD}, partner_id, title, status, stage, customer_name, product_family, metadata,"
        " created_by, decision_trace, external_owner, external_system, external_type, external_id) VALUES"
        f" ({head(id_)}, 'ptr_1', 't', 'draft', 'prospect', 'c', 'cloud', '{metadata}', 'acc_1', '[]', {reference})"
        for id_, metadata, reference in (
            ("deal_1", '{"campaign": "ősz", "a:b": "50%"}', "'vendor', 'crm', 'deal', '1'"),
            ("deal_2", "{}", "'ptr_1', 'crm', 'deal', '1'"),
            ("deal_3", "{}", "NULL, NULL, NULL, NULL"),
        )
    ],
    "leads": [
        f"INSERT INTO leads.leads ({_HEAD}, owner, source, company_name, product_family, country, metadata, status, hops,"
        f" external_system, external_type, external_id) VALUES ({head('lead_1')}, 'vendor', 's', 'c', 'cloud', 'HU',"
        " '{\"k\": \"v\"}', 'new', 0, 'My CRM: 50%3A', 'lead', 'ÁÉ:7')"
    ],
    "partners": [
        f"INSERT INTO partners.partners ({_HEAD}, name, country, territories, product_families, partner_types, lead_capacity,"
        " accepts_leads, status, status_since, external_system, external_type, external_id) VALUES"
        f" ({head('ptr_1')}, 'n', 'HU', '[]', '[]', '[]', 1, true, 'active', now(), 'erp', 'debtor', '7')"
    ],
}


@pytest.fixture(scope="module")
async def before(database_url: str) -> AsyncIterator[str]:
    """A database as it was, with rows in it."""
    name = f"{urlsplit(database_url).path.strip('/')}_before"
    server = await asyncpg.connect(database_url)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    url = urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    await provision(url, secret_key=SECRET)
    for service, statements in ROWS.items():
        await migrate(url_as(url, f"prm_{service}_owner", secret_key=SECRET), service=service, revision=BEFORE)
        administrator = await asyncpg.connect(url)
        for statement in statements:
            await administrator.execute(statement)
        await administrator.close()
    yield url


@pytest.mark.parametrize("table", [deals, leads, partners], ids=lambda table: table.name)
async def test_rows_are_found_by_what_they_had(before: str, table):
    service = table.name
    await migrate(url_as(before, f"prm_{service}_owner", secret_key=SECRET), service=service, revision=AFTER)
    administrator = await asyncpg.connect(before)
    await administrator.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads)

    rows = {row["id"]: row for row in await administrator.fetch(f"SELECT * FROM {service}.{table.name}")}
    kept = await administrator.fetch(f"SELECT * FROM {service}.{table.name}_attributes")
    await administrator.close()

    expected = {(id_, *each) for id_, row in rows.items() for each in attributes_of(table, row)}
    assert expected != set()
    assert {(row["id"], row["key"], row["value"]) for row in kept} == expected
    owner = table.info["extension"].owner
    assert all(
        (row["created_at"], row["partner_id"]) == (rows[row["id"]]["created_at"], rows[row["id"]][owner])
        for row in kept
    )

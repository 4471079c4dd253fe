"""No list, single read or search looks through more rows than it needs, as the app role with the walls up.

Each list is found by its operation and asked in every way its declaration allows, one filter at a time, by the vendor, a
partner, a partner with those below it and an account manager. It is the product's own statement that runs, on rows that
exist, by the plan that the planner makes for a million of them (`filling.py` says how): what is counted is what was read.

What this cannot show: several filters at once, and a filter by a value that hardly any row has (one partner in four
hundred is as rare as it gets).
"""

import pkgutil
from importlib import import_module

import asyncpg
import pytest

from services.deals.screening.queries import _NAMING
from shared.db.provision import SERVICES, url_as
from shared.db.statements import Statement
from shared.db.walls import roles_of
from tests.contracts.code import package_of
from tests.contracts.filling import ROWS
from tests.contracts.plans import asked_of, fixed_by, nodes, plan_of, rows_read, shown
from tests.databases import SECRET

MOST_ROWS = 10_000
# Lists that no index has in their order, and why; each is to leave this list.
UNSERVED = {
    "list_ledger_entries": "a view makes two legs of each transfer, and the order of a leg is made with it",
    "list_pipelines": "the pipelines of a vendor are few, and a partner sees those that were published",
    "list_tenders": "a partner takes part in few tenders, and they are found by all of its entries",
    "list_price_promotions": "the promotions of a vendor are few, and a partner sees those that are public",
}
# Lists that read too much for those alone who see partners beyond their own, and why; the vendor and a partner are served.
UNSERVED_BEYOND = {
    "list_audit_records": "who looks after few of very many partners is shown their records out of the newest of all",
    "list_engagements": "an engagement has two partners, so that no index has those of few of them in the order of the page",
    "list_price_lists": "a list is for many partners, so that no index has those of few partners in the order of the page",
    "list_solutions": "a solution has several owners, so that no index has those of few of them in the order of the page",
    "list_relationships": "an edge has two parties, so that no index has those of few partners in the order of the page",
}
# What reads a table as a whole, and why it may.
WHOLE = {
    "gateway.accounts.queries.ADMINISTRATORS": "who is left is counted only when an administrator is to go",
    "gateway.accounts.staffing._ACTIVE": "a vendor's staff are few, and are looked through when somebody has to be found who approves",
    "gateway.role_changes.queries._PEOPLE": "a role is made narrower seldom, and then all who have it are looked for",
    "gateway.role_changes.queries._STAFF": "a role is made narrower seldom, and then all who have it are looked for",
    "gateway.roles.queries._VERSION": "the roles of a vendor are few, and their version is that of all of them",
    "services.deals.adjudication.reports._LATEST": "a report weighs ten thousand labels, the latest by the index of a list",
    "services.deals.conflict_policies.queries._IN_FORCE": "the conflict policies of a vendor are few, and all of them are weighed",
    "services.incentives.ledger.queries._SUMS": "a trial balance is the sum of all transfers",
    "services.incentives.ledger.commands._RELEVANT": "a vendor closes some twelve periods a year",
    "services.deals.prices.audience._OPEN": "a price list is published seldom, and for any number of partners",
    "services.incentives.plans.queries._CANDIDATES": "the plans of a program are few, and all of them are weighed",
    "services.leads.territories.queries._COVERING": "the territories of a vendor are few",
}


async def connected(filled, service):
    return await asyncpg.connect(
        url_as(filled, roles_of(service)["app"], secret_key=SECRET),
        server_settings={"search_path": f"{service},public", "jit": "off", "timezone": "UTC"},
    )


async def most_of(database, service, table):
    """How many rows may be read; in proportion where a key has kept some of the rows out."""
    return await database.fetchval(f'SELECT count(*) FROM {service}."{table.name}"') * MOST_ROWS // ROWS


@pytest.mark.parametrize("service", SERVICES)
async def test_a_list_reads_little_more_than_it_shows_however_it_is_asked(filled, apps, service):
    lists = [operation for operation in apps[service].operations if operation.is_list]
    database, connection = await asyncpg.connect(filled), await connected(filled, service)
    asked, excessive = 0, {}
    for operation in lists:
        resource = operation.resource
        most = await most_of(database, service, resource.table)
        if most < MOST_ROWS // 2:
            # A tenant has one of them at most.
            continue
        is_read = any(each.resource is resource and not each.is_list for each in apps[service].operations)
        fixed = await fixed_by(operation)
        for each in await asked_of(resource, service, database, fixed=fixed, is_read=is_read):
            asked += 1
            count, plan = await rows_read(connection, each)
            if count > min(most, MOST_ROWS):
                excessive.setdefault(operation.name, {})[each.name] = f"{count:,} rows by {plan}"
    await connection.close()
    await database.close()

    assert asked > len(lists)
    here = {each.name for each in lists}
    unserved = {name: excessive.pop(name, None) for name in UNSERVED if name in here}
    beyond = {name: only_beyond(excessive.pop(name, {})) for name in UNSERVED_BEYOND if name in here}
    assert excessive == {}
    assert None not in unserved.values()
    assert all(beyond.values()), beyond


def only_beyond(ways):
    """Whether a list reads too much in some way, and in each of them for an account manager or a partner with those below it."""
    return bool(ways) and all(way.endswith((" as acc_1", "/subtree")) for way in ways)


def statements_of(service):
    """Every statement that a module of the service keeps, by the name of the first that has it."""
    package, found = import_module(package_of(service)), {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in module.name:
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, Statement):
                    found.setdefault(value, f"{module.name}.{name}")
    return {name: statement for statement, name in found.items()}


async def scanned(connection, statement, service):
    """The tables that a statement would scan as a whole, in the eyes of the first role that may run it."""
    for kind in ("app", "engine", "worker"):
        try:
            plan = await plan_of(connection, statement, role=roles_of(service)[kind])
        except asyncpg.InsufficientPrivilegeError:
            continue
        return [shown(plan)] if any(node["Node Type"] == "Seq Scan" for node in nodes(plan)) else []
    raise AssertionError("no role may run this statement")


@pytest.mark.parametrize("service", SERVICES)
async def test_no_statement_of_a_feature_scans_a_table(filled, service):
    connection = await connected(filled, service)
    found = {name: await scanned(connection, each, service) for name, each in statements_of(service).items()}
    await connection.close()

    assert found != {}
    assert {name for name, tables in found.items() if tables} == {
        name for name in WHOLE if name.startswith(f"{package_of(service)}.")
    }


async def test_the_cases_that_name_a_deal_are_found_by_it_and_not_among_all(filled):
    connection = await connected(filled, "deals")
    plan = await plan_of(connection, _NAMING, role=roles_of("deals")["engine"], deal="deal_7")
    await connection.close()

    assert {node["Index Name"] for node in nodes(plan) if "Index Name" in node} == {
        "conflict_case_rivals_pkey",
        "conflict_cases_pkey",
    }

"""Importing leads."""

import pytest

from tests.imports.make import carried_out, of_csv
from tests.leads.make import family


@pytest.fixture
async def vendor(tenant):
    await family(tenant)
    return tenant.vendor()


HEADER = "company.name,company.domain,country,contact.given_name,contact.email,source,product_family,amount,amount.currency\n"


async def test_a_file_of_leads_becomes_leads(vendor):
    made = await of_csv(
        vendor,
        "lead",
        HEADER
        + "Globex Kft.,globex.hu,HU,Zsófia,z@globex.hu,fair,pumps,1234.50,EUR\n东京商社,,JP,,,fair,pumps,1200,JPY\n",
    )

    done = await carried_out(made)

    assert done["status"] == "succeeded"
    assert (done["rows"], done["counts"]["created"]) == (2, 2)
    found = (await vendor.get("/v1/leads"))["data"]
    assert {each["company"]["name"]: each["amount"] for each in found} == {
        "Globex Kft.": {"amount": 123450, "currency": "EUR"},
        "东京商社": {"amount": 1200, "currency": "JPY"},
    }

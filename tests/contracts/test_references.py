"""Every id in the specification says whose it is, and every kind of id has a noun."""

import re

from gateway.publish.references import MEMBERS, PREFIXES, noun_of_path
from gateway.publish.specifications import committed
from tests.contracts.code import sources
from tests.responses import operations

# Ids of what no path shows by itself: decisions, mails, lines of a statement and the like.
INTERNAL = {
    "aut",
    "dec",
    "ful",
    "imperr",
    "inv",
    "linv",
    "mail",
    "mov",
    "oinv",
    "oret",
    "plc",
    "plen",
    "pmif",
    "rdec",
    "stl",
    "tas",
    "trf",
}


def nouns():
    return {noun_of_path(path) for each in committed().values() for path in each["paths"]}


def test_every_noun_that_an_id_can_belong_to_is_served():
    assert {*PREFIXES.values(), *MEMBERS.values()} - nouns() == set()


def test_every_kind_of_id_that_is_made_belongs_to_a_noun():
    made = {
        prefix
        for path in sources("shared", "services", "gateway")
        for prefix in re.findall(r"\bnew_id\(\"(\w+)\"", path.read_text())
    }

    assert made - PREFIXES.keys() == INTERNAL


def test_every_path_value_and_filter_by_id_names_its_noun():
    unnamed = [
        f"{each.name} {parameter['name']}"
        for each in operations()
        for parameter in each.operation["parameters"]
        if parameter["name"] == "id" and "/by-external-reference/" not in each.path and "x-resource" not in parameter
    ]

    assert unnamed == []

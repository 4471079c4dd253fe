"""The committed description of all objects, with the words of a language put in."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from gateway.meta.labels import Labels
from gateway.publish.specifications import FOLDER

Described = Mapping[str, Any]


@cache
def objects() -> Mapping[str, Described]:
    """Return the committed description of every object by its name."""
    document = json.loads((FOLDER / "meta.json").read_text())
    return {each["object"]: each for each in document["objects"]}


@cache
def reasons() -> Sequence[str]:
    """Return the codes that objects, traces and faults give as reasons."""
    return tuple(json.loads((FOLDER / "meta.json").read_text())["reasons"])


def labelled(described: Described, labels: Labels) -> dict[str, Any]:
    """Return an object's description with its labels; raises NoLabel for something that has none."""
    name = described["object"]
    return {
        "object": name,
        "label": labels.of("objects", name),
        "label_plural": labels.of("plurals", name),
        **{each: described[each] for each in ("path", "id_prefix", "permission")},
        "fields": _fields(described["fields"], labels, within=name),
        "lifecycle": _lifecycle(described["lifecycle"], labels, within=name) if described["lifecycle"] else None,
    }


def _fields(fields: Sequence[Described], labels: Labels, *, within: str) -> list[dict[str, Any]]:
    return [
        {
            **each,
            "label": labels.of("fields", each["name"], within=within),
            "values": _values(each, labels, within=within),
            "fields": _fields(each["fields"], labels, within=f"{within}.{each['name']}") if each["fields"] else None,
        }
        for each in fields
    ]


def _values(field: Described, labels: Labels, *, within: str) -> list[dict[str, str]] | None:
    if field["values"] is None:
        return None
    if field["name"] == "status":
        return [{"value": value, "label": labels.of("states", value, within=within)} for value in field["values"]]
    if set(field["values"]) <= set(reasons()):
        return [{"value": value, "label": labels.of("reasons", value)} for value in field["values"]]
    within = f"{within}.{field['name']}"
    return [{"value": value, "label": labels.of("values", value, within=within)} for value in field["values"]]


def _lifecycle(lifecycle: Described, labels: Labels, *, within: str) -> dict[str, Any]:
    return {
        "states": [
            {**each, "label": labels.of("states", each["state"], within=within)} for each in lifecycle["states"]
        ],
        "transitions": [
            {**each, "label": labels.of("actions", each["action"], within=within)} for each in lifecycle["transitions"]
        ],
        "by_itself": lifecycle["by_itself"],
    }

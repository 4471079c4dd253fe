"""Schemas as people read them: without the titles that only repeat a name, with the size of every whole number."""

from typing import Any, Final

_MAPS: Final = frozenset({"properties", "$defs", "schemas"})
_LONGEST_PATH_VALUE: Final = 512


def trim(spec: dict[str, Any]) -> None:
    """Take out of a specification what the framework adds by itself and nobody reads, and bound what has no bounds."""
    for schema in spec["components"]["schemas"].values():
        _trim(schema)
    for operations in spec["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _trim(parameter["schema"])
                if parameter["in"] == "path":
                    parameter["schema"].setdefault("maxLength", _LONGEST_PATH_VALUE)
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (each.get("content", {}) for each in bodies):
                for media in content.values():
                    _trim(media.get("schema", {}))


def _trim(schema: Any) -> None:
    """Go through a schema; the keys of a map are names, of which one may be `title`."""
    if isinstance(schema, list):
        for each in schema:
            _trim(each)
    if not isinstance(schema, dict):
        return
    schema.pop("title", None)
    if schema.get("default", False) in (None, {}, []):
        # That nothing is there where nothing is given goes without saying; some generators would ask for it.
        del schema["default"]
    if schema.get("type") == "integer":
        schema.setdefault("format", "int64")
    for key, inner in schema.items():
        if key in _MAPS:
            for each in inner.values():
                _trim(each)
        elif key not in ("examples", "default", "const", "enum"):
            _trim(inner)

"""What the running API accepts for a noun, read from its own specification, and how text cells become such a body."""

from dataclasses import dataclass
from typing import Any

import httpx

from deploy.local.errors import StartError


@dataclass(frozen=True, slots=True)
class RowShape:
    """The JSON Schema of a body and the components it refers to."""

    schema: dict[str, Any]
    components: dict[str, Any]

    def body(self, row: dict[str, str]) -> dict[str, Any]:
        """The request body of a row; empty cells are left out. ValueError names the column that cannot be one."""
        body: dict[str, Any] = {}
        for column, cell in row.items():
            if cell.strip():
                *folders, field = column.strip().split(".")
                inner = body
                for folder in folders:
                    inner = inner.setdefault(folder, {})
                inner[field] = self._value(cell.strip(), column=column)
        return body

    def _value(self, cell: str, *, column: str) -> Any:
        kind = self._kind_of(column.strip().split("."))
        try:
            match kind:
                case "integer":
                    return int(cell)
                case "number":
                    return float(cell)
                case "boolean":
                    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[cell.lower()]
                case "array":
                    return [part.strip() for part in cell.split(";")]
        except (ValueError, KeyError):
            raise ValueError(f"column {column} needs a value of type {kind}") from None
        return cell

    def _kind_of(self, path: list[str]) -> str:
        """The JSON type at a path of fields; text where the schema does not say."""
        schema = self._resolved(self.schema)
        for name in path:
            schema = self._resolved(schema.get("properties", {}).get(name, {}))
        kind = schema.get("type", "string")
        return next((each for each in kind if each != "null"), "string") if isinstance(kind, list) else kind

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while True:
            if "$ref" in schema:
                schema = self.components[schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = next((each for each in schema["anyOf"] if each.get("type") != "null"), {})
            else:
                return schema


async def shape_of(client: httpx.AsyncClient, *, noun: str) -> RowShape:
    """What `POST /v1/<noun>` accepts; StartError when PRM does not answer or has no such noun."""
    try:
        response = await client.get("/openapi.json")
        response.raise_for_status()
        specification = response.json()
    except (httpx.HTTPError, ValueError) as problem:
        raise StartError(f"PRM does not answer at {client.base_url}: {problem}. Start it with `prm up`.") from None
    try:
        content = specification["paths"][f"/v1/{noun}"]["post"]["requestBody"]["content"]
    except KeyError:
        raise StartError(f"PRM at {client.base_url} does not create {noun}.") from None
    return RowShape(content["application/json"]["schema"], specification.get("components", {}).get("schemas", {}))

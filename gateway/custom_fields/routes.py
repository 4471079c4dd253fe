"""`/v1/custom-fields`, and what the services that keep the values ask for what has not arrived."""

from typing import Any

from gateway.custom_fields import commands
from gateway.custom_fields.queries import CUSTOM_FIELDS, OF_OBJECT, state_of
from gateway.custom_fields.rules import TooManyCustomFields
from gateway.custom_fields.schemas import CustomFieldIn, CustomFieldOut, CustomFieldPatch
from shared.db.pool import Database
from shared.db.resource import Row
from shared.db.tx import transaction
from shared.errors import AlreadyExists
from shared.events.inbox import system_caller
from shared.web.params import Http, Now, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("custom-fields")
router.lists(
    CUSTOM_FIELDS, CustomFieldOut, summary="Fields that the tenant has added; partners see those meant for them."
)
router.reads(CUSTOM_FIELDS, CustomFieldOut, summary="One custom field.")


@router.post(
    permission="custom-fields:write",
    returns=CUSTOM_FIELDS,
    out=CustomFieldOut,
    status=201,
    problems=[AlreadyExists, TooManyCustomFields],
)
async def create_custom_field(body: CustomFieldIn, tx: Tx) -> Row:
    """Add a field to deals, leads or partners; objects that exist have no value for it."""
    return await commands.define(tx, **body.model_dump())


@router.patch(permission="custom-fields:write", returns=CUSTOM_FIELDS, out=CustomFieldOut)
async def change_custom_field(id: str, body: CustomFieldPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change what a field is called and what it takes from now on."""
    changes = body.model_dump(include=body.model_fields_set)
    return await commands.change(tx, field_id=id, version=version, changes=changes)


@router.post("/{id}/retire", permission="custom-fields:write", returns=CUSTOM_FIELDS, out=CustomFieldOut)
async def retire_custom_field(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Take a field out of use: its values stay readable, and it takes no new ones."""
    return await commands.move(tx, field_id=id, action="retire", to="retired", version=version)


@router.post("/{id}/reinstate", permission="custom-fields:write", returns=CUSTOM_FIELDS, out=CustomFieldOut)
async def reinstate_custom_field(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Take a retired field into use again."""
    return await commands.move(tx, field_id=id, action="reinstate", to="active", version=version)


def internal(database: Database) -> Router:
    """Return the route by which a sister service asks for the fields of an object."""
    lookup = Router("custom-fields", prefix="/internal")
    query: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("tenant", "object")
    ]

    @lookup.get(permission=None, in_spec=False, query=query)
    async def look_up_custom_fields(request: Http, now: Now) -> Reply:
        """Return `{"fields": [{"version", "data"}]}`, each as in its event."""
        caller = system_caller(request.query.get("tenant", ""), mode="live")
        async with transaction(
            database, caller=caller, viewer="*", now=now, action="look_up_custom_fields", engine=True
        ) as tx:
            rows = await tx.all(OF_OBJECT, wanted_object=request.query.get("object", ""))
        states = [{"version": row["version"], "data": state_of(row).model_dump(mode="json")} for row in rows]
        return Reply.json({"fields": states})

    return lookup

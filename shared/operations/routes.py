"""The operations of one service on the wire."""

from shared.db.pool import Record
from shared.errors import InvalidTransition
from shared.operations import commands
from shared.operations.problems import CannotBeCancelled
from shared.operations.schemas import OperationOut
from shared.operations.tables import NOUN, OperationTables
from shared.web.params import Tx, Version
from shared.web.router import Router


def router(tables: OperationTables, *, in_spec: bool = True) -> Router:
    """Return the single read of an operation and its cancellation."""
    noun = Router(NOUN)
    noun.reads(tables.resource, OperationOut, summary="One operation, of whichever service.", in_spec=in_spec)

    @noun.post(
        "/{id}/cancel",
        permission="operations:write",
        returns=tables.resource,
        out=OperationOut,
        problems=[InvalidTransition, CannotBeCancelled],
        in_spec=in_spec,
    )
    async def cancel_operation(id: str, tx: Tx, version: Version) -> Record:
        """Ask for the end of an operation: what its steps have done until then stands, and no further one begins."""
        return await commands.cancel(tx, id, version=version)

    return noun


def hidden_router(tables: OperationTables) -> Router:
    """Return the same with a list, out of the specification: the gateway owns the noun, and sends here what is ours."""
    noun = router(tables, in_spec=False)
    noun.lists(tables.resource, OperationOut, summary="Operations of this service.", in_spec=False)
    return noun

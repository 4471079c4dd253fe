"""`POST /v1/batch`."""

from gateway.batch.commands import carry_out
from gateway.batch.rules import refusals
from gateway.batch.schemas import TOLD, RequestsIn, ResultsOut
from shared.errors import Invalid
from shared.web.batch import shown
from shared.web.params import Http
from shared.web.peer import ASGI
from shared.web.reply import PRIVATE, Reply
from shared.web.router import Router


def router(front: ASGI) -> Router:
    """Return the router of the batch, whose requests go to the edge, where everybody's come in."""
    noun = Router("batch")

    @noun.post(permission="batch:write", out=ResultsOut, keyed=True, cost=1)
    async def send_batch(request: Http, body: RequestsIn) -> Reply:
        """Send up to 50 requests in one; they are done in their order, each as if it had come by itself.

        Each is charged by itself as well. Later ones may name objects that earlier ones make, by ids that the client has
        made. With an Idempotency-Key each write that has none of its own has one made from it.
        """
        faults = [
            fault
            for index, each in enumerate(body.requests)
            for fault in refusals(each.path, each.headers, pointer=f"/requests/{index}")
        ]
        if faults:
            raise Invalid(errors=faults[:50])
        answers = await carry_out(body.requests, stop_on_error=body.stop_on_error, batch=request, front=front)
        succeeded = sum(each.status < 400 for each in answers)
        document = {
            "object": "batch",
            "data": [
                {
                    "index": index,
                    "status": each.status,
                    "headers": {name: each.headers[name.lower()] for name in TOLD if name.lower() in each.headers},
                    "body": shown(each.body),
                }
                for index, each in enumerate(answers)
            ],
            "succeeded": succeeded,
            "failed": len(answers) - succeeded,
        }
        return Reply.json(document, headers=dict(PRIVATE))

    return noun

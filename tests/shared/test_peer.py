"""Sister services call each other with tokens that can be withdrawn at any moment."""

from typing import Any

from shared.web.peer import Peer
from shared.web.reply import Reply


async def test_a_token_that_is_refused_is_exchanged_for_another_and_the_call_goes_through():
    good, asked = "new", []

    async def sister(scope: Any, receive: Any, send: Any) -> None:
        asked.append(dict(scope["headers"])[b"authorization"])
        reply = Reply.json({}, status=200 if asked[-1] == f"Bearer {good}".encode() else 401)
        await send({"type": "http.response.start", "status": reply.status, "headers": []})
        await send({"type": "http.response.body", "body": reply.body})

    kept = ["old"]

    async def token() -> str:
        return kept[-1]

    peer = Peer(sister, token=token, refused=lambda refused: kept.append(good if refused == "old" else "none"))

    assert (await peer.get("/internal/events")).status == 200
    assert (await peer.post("/internal/leads", {})).status == 200
    assert asked == [b"Bearer old", b"Bearer new", b"Bearer new"]

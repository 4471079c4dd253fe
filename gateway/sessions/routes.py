"""`/v1/sessions` for those who are signed in: see where, and sign out."""

from gateway.sessions import commands
from gateway.sessions.queries import SESSIONS
from gateway.sessions.rules import PersonRequired, not_by_an_app
from gateway.sessions.schemas import SessionOut, SignedOutOut, SignOutEverywhereIn
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.db.read import Page
from shared.errors import NotFound
from shared.web.models import list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operations on one's own sessions."""
    sessions = Router("sessions")

    @sessions.get(permission="sessions:read", out=list_of(SessionOut), listing=SESSIONS, problems=[PersonRequired])
    async def list_sessions(read: Read, request: Http, caller: Principal) -> Page:
        """Where the caller is and was signed in, newest first."""
        not_by_an_app(caller)
        return await read.page(SESSIONS, request.query, account_id=caller.account_id)

    @sessions.get("/{id}", permission="sessions:read", out=SessionOut, returns=SESSIONS, problems=[PersonRequired])
    async def get_session(id: str, read: Read, caller: Principal) -> Record:
        """One of the caller's sessions."""
        not_by_an_app(caller)
        row = await read.get(SESSIONS, id)
        if row["account_id"] != caller.account_id:
            raise NotFound()
        return row

    @sessions.delete(permission="sessions:write", returns=SESSIONS, status=204, problems=[PersonRequired])
    async def end_session(id: str, tx: Tx, caller: Principal, version: Version) -> None:
        """Sign out: the session's tokens are refused everywhere within five seconds."""
        not_by_an_app(caller)
        await commands.sign_out(tx, issuer, session_id=id, version=version, caller=caller)

    @sessions.post("/sign-out-everywhere", permission="sessions:write", out=SignedOutOut, problems=[PersonRequired])
    async def sign_out_everywhere(
        tx: Tx, caller: Principal, body: SignOutEverywhereIn = SignOutEverywhereIn()
    ) -> SignedOutOut:
        """Sign out wherever one is signed in, and send away every app that one has let in."""
        ended = await commands.sign_out_everywhere(tx, issuer, keep_this=body.keep_this, caller=caller)
        return SignedOutOut(object="sign_out", ended=ended)

    return sessions

"""`POST /v1/sessions/{id}/enter-sandbox`."""

from gateway.credentials.commands import EmailInUse
from gateway.credentials.rules import InvalidCredentials
from gateway.sandbox import entering
from gateway.sandbox.entering import NoSandbox
from gateway.sessions.queries import SESSIONS
from gateway.sessions.rules import PersonRequired
from gateway.sign_in.routes import answer
from gateway.sign_in.schemas import SessionGrantOut
from gateway.tokens.issuer import Issuer
from shared.errors import NotFound
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operation by which staff of the vendor enter the sandbox."""
    sessions = Router("sessions")

    @sessions.post(
        "/{id}/enter-sandbox",
        permission="sandbox:enter",
        returns=SESSIONS,
        about=SESSIONS,
        out=SessionGrantOut,
        status=201,
        secret=True,
        problems=[PersonRequired, NoSandbox, EmailInUse, InvalidCredentials, NotFound],
    )
    async def enter_sandbox(id: str, tx: Tx, caller: Principal, version: Version) -> Reply:
        """Get a session in the sandbox of one's tenant, with one's roles there; it ends with this one at the latest."""
        return answer(await entering.enter(tx, issuer, session_id=id, version=version, caller=caller))

    return sessions

"""`POST /v1/sessions`, and acting for another partner."""

from gateway.credentials.rules import InvalidCredentials, TooManyAttempts
from gateway.second_factors.commands import SecondFactorRefused, SecondFactorRequired
from gateway.sessions.queries import SESSIONS
from gateway.sessions.rules import PersonRequired
from gateway.sign_in import commands, switching
from gateway.sign_in.commands import SignIn, TenantRequired
from gateway.sign_in.rules import NotAMember
from gateway.sign_in.schemas import Credentials, SessionGrantOut, SwitchIn
from gateway.tenants.documentation import finds_tenant
from gateway.tenants.queries import UnknownTenant, tenant_of
from gateway.tokens.issuer import Issuer
from shared.errors import NotFound, SecretAlreadyShown
from shared.web import idempotency
from shared.web.params import Http, Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operation that signs people in."""
    sessions = Router("sessions")

    @sessions.post(
        permission=None,
        public=True,
        out=SessionGrantOut,
        status=201,
        secret=True,
        problems=[
            InvalidCredentials,
            SecondFactorRequired,
            SecondFactorRefused,
            TooManyAttempts,
            TenantRequired,
            UnknownTenant,
            NotAMember,
            SecretAlreadyShown,
        ],
    )
    async def create_session(body: Credentials, request: Http) -> Reply:
        """Sign in. The header `PRM-Tenant` (a slug) or the host decides the tenant where the mail is known in several."""
        tenant = await tenant_of(
            issuer.database, slug=request.headers.get("prm-tenant"), host=request.headers.get("host")
        )
        key = request.headers.get("idempotency-key")
        grant = await commands.sign_in(
            issuer,
            SignIn(
                email=body.email,
                password=body.password,
                partner_id=body.partner_id,
                code=body.code,
                address=request.client,
                request_id=request.request_id,
                idempotency_key=idempotency.checked(key) if key is not None else None,
                # Without the password: a fast hash of it has no place in a table.
                fingerprint=idempotency.fingerprint(request.method, request.path, body.email.encode()),
            ),
            tenant=tenant,
        )
        return answer(grant)

    finds_tenant(sessions.operations[-1], repeatable=True)

    @sessions.post(
        "/{id}/switch",
        permission="sessions:write",
        returns=SESSIONS,
        about=SESSIONS,
        out=SessionGrantOut,
        status=201,
        secret=True,
        problems=[PersonRequired, NotAMember, NotFound],
    )
    async def switch_session(id: str, body: SwitchIn, tx: Tx, caller: Principal, version: Version) -> Reply:
        """Act for another of one's partners: this session ends, and the answer is a new one, with new tokens."""
        return answer(
            await switching.switch(
                tx, issuer, session_id=id, version=version, partner_id=body.partner_id, caller=caller
            )
        )

    return sessions


def answer(grant: SessionGrantOut) -> Reply:
    """Return the answer with the tokens of a session that began."""
    headers = {"Cache-Control": "no-store", "Location": f"/v1/sessions/{grant.session_id}"}
    return Reply(201, grant.model_dump_json().encode(), headers)

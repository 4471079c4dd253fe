"""The gateway's own service: identity, keys and what else its nouns are. The edge stands in front of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.accounts import members, staffing
from gateway.accounts import routes as accounts
from gateway.api_keys import routes as api_keys
from gateway.audit import routes as audit
from gateway.audit.keys import SealingKeys
from gateway.audit.sealer import Sealer
from gateway.authorizations import routes as authorizations
from gateway.batch import routes as batch
from gateway.calendars import routes as calendars
from gateway.custom_fields import routes as custom_fields
from gateway.departures import routes as departures
from gateway.embed_tokens import routes as embed_tokens
from gateway.eventlog.routes import router as events
from gateway.files.routes import internal as internal_files
from gateway.files.routes import router as files_router
from gateway.forgetting import Forgetting
from gateway.home import routes as home
from gateway.identity.identity import Identity
from gateway.imports import routes as imports
from gateway.invitations import routes as invitations
from gateway.keys import routes as keys
from gateway.keys.keyring import Keyring
from gateway.keys.sealing import Vault
from gateway.meta.routes import router as meta
from gateway.metadata import PLUMBING
from gateway.oauth import refusals
from gateway.oauth import routes as oauth
from gateway.oauth_clients import routes as oauth_clients
from gateway.operations import routes as operations
from gateway.password_resets import routes as password_resets
from gateway.request_logs.recorder import Kept, Recorder
from gateway.request_logs.routes import router as request_logs
from gateway.revocations import queries as revocations
from gateway.revocations.routes import router as revocations_router
from gateway.role_changes import routes as role_changes
from gateway.roles.routes import internal as internal_roles
from gateway.roles.routes import router as roles
from gateway.sandbox import routes as sandbox
from gateway.sandbox.founding import found_missing
from gateway.search import routes as search
from gateway.second_factors import routes as second_factors
from gateway.sessions import routes as sessions
from gateway.sign_in import routes as sign_in
from gateway.standing.routes import router as standing
from gateway.subscriptions import subscriptions
from gateway.tenants.routes import internal as internal_tenants
from gateway.tenants.routes import router as tenants
from gateway.test_clocks.following import WORK as FOLLOWING
from gateway.test_clocks.routes import router as test_clocks
from gateway.tokens.issuer import Issuer
from gateway.webhook_recovery.routes import router as webhook_recovery
from gateway.webhook_recovery.sending import WORK as RECOVERY
from gateway.webhooks import routes as webhooks
from gateway.webhooks.deliver import Deliverer
from gateway.webhooks.egress import Egress
from shared.auth.revocations import Page, Revocations, signed_by
from shared.db.pool import Database
from shared.db.provision import SERVICES
from shared.files import Directory
from shared.files import Links as FileLinks
from shared.links import Links
from shared.service import assemble
from shared.web.app import App
from shared.web.peer import ASGI, Peer
from shared.web.router import Router


def create_app(
    *,
    database_url: str,
    links: Links,
    secret_key: str,
    issuer: str,
    files: Path,
    front: ASGI,
    webhooks_to_private_addresses: bool = False,
    request_log: Kept = "writes",
    background: bool = True,
) -> App:
    """Return the gateway's app. It makes, publishes and verifies with its own keys; `issuer` is its public address.

    `front` is the edge that everybody comes in by, and the requests of a batch too. `files` is the directory of uploaded files. Webhooks go to public addresses only, unless told otherwise.
    """
    database = Database(database_url, service="gateway", tables=PLUMBING)
    vault = Vault(secret_key)
    keyring = Keyring(database, vault=vault, issuer=issuer)
    sealing = SealingKeys(database, vault)
    forgetting = Forgetting(database)

    async def revoked_since(position: int) -> Page:
        page = await revocations.revoked_since(database, position)
        if any(each.startswith(signed_by("")) for each, _ in page[1]):
            # What signs now is known before what has signed is refused.
            await keyring.step()
        return page

    revoked = Revocations(revoked_since if background else None)
    tokens = Issuer(database, keyring, revoked, issuer, links.wall)

    requests = Recorder(database, keeps=request_log, metrics=links.metrics)

    async def prepare() -> None:
        await keyring.load()
        await forgetting.step()
        await found_missing(database, wall=links.wall)

    app = assemble(
        name="gateway",
        title="Gateway",
        database_url=database_url,
        tables=PLUMBING,
        routers=lambda _: [
            *routers(tokens, secret_key=secret_key),
            meta,
            home.router(links.peers),
            search.router(links.peers),
            operations.router(_sisters(links.peers)),
            batch.router(front),
            imports.router(_sisters(links.peers)),
            events,
            request_logs,
            *webhooks.routers(vault),
            webhook_recovery,
            *audit.routers(sealing, issuer=issuer),
            files_router(Directory(files), FileLinks(secret_key.encode())),
            internal_files(database, FileLinks(secret_key.encode())),
        ],
        subscriptions=subscriptions(tokens),
        timers={},
        work=[FOLLOWING, RECOVERY],
        links=replace(links, keys=keyring.published, revocations=revoked, issuer=issuer),
        background=background,
        prepare=prepare,
        workers=lambda opened: [
            keyring,
            forgetting,
            requests,
            Deliverer(opened, vault=vault, egress=Egress(only_public=not webhooks_to_private_addresses)),
            Sealer(opened, peers=links.peers, keys=sealing),
        ],
        database=database,
    )
    app.rewordings |= dict.fromkeys(refusals.PATHS, refusals.reworded)
    app.state.identity = Identity(tokens)
    app.state.keyring = keyring
    app.state.requests = requests
    return app


def routers(issuer: Issuer, *, secret_key: str) -> list[Router]:
    """Return every operation of the gateway."""
    return [
        sign_in.router(issuer),
        sandbox.router(issuer),
        sessions.router(issuer),
        *invitations.routers(issuer),
        password_resets.router(issuer),
        accounts.router(issuer),
        departures.router(issuer),
        roles,
        role_changes.router(issuer),
        api_keys.router(issuer),
        oauth_clients.router(issuer),
        authorizations.router(issuer),
        second_factors.router(issuer),
        embed_tokens.router(issuer),
        *oauth.routers(issuer, secret_key=secret_key),
        *keys.routers(issuer.keyring, issuer=issuer.url),
        tenants,
        test_clocks,
        revocations_router(issuer.database),
        internal_roles(issuer.database),
        internal_tenants(issuer.database),
        accounts.internal(issuer.database),
        staffing.internal(issuer.database),
        members.internal(issuer.database),
        custom_fields.router,
        custom_fields.internal(issuer.database),
        calendars.router,
        calendars.internal(issuer.database),
        standing(issuer.database),
    ]


def _sisters(peers: Mapping[str, Peer]) -> dict[str, Peer]:
    return {name: peers[name] for name in SERVICES if name != "gateway"}

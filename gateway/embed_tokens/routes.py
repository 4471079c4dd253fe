"""`/v1/embed-tokens`: called by a portal's server, with its key; the answer goes to the page."""

from gateway.embed_tokens import commands
from gateway.embed_tokens.commands import NothingLeft
from gateway.embed_tokens.schemas import EmbedTokenIn, EmbedTokenOut
from gateway.roles.rules import BeyondOwnRights
from gateway.tokens.issuer import Issuer
from shared.web.params import Principal, Tx
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operation that mints a token."""
    embeds = Router("embed-tokens")

    @embeds.post(
        permission="embed-tokens:write", out=EmbedTokenOut, secret=True, problems=[BeyondOwnRights, NothingLeft]
    )
    async def mint_embed_token(body: EmbedTokenIn, tx: Tx, caller: Principal) -> Reply:
        """Get a token for a page of a partner: at most ten minutes, these scopes, this origin, and nothing to renew."""
        made = await commands.mint(
            tx,
            issuer,
            partner_id=body.partner_id,
            account_id=body.account_id,
            scopes=body.scopes,
            origin=body.origin,
            seconds=body.expires_in,
            caller=caller,
        )
        shown = EmbedTokenOut(
            object="embed_token",
            access_token=made.token,
            token_type="Bearer",
            expires_in=body.expires_in,
            scope=" ".join(made.scopes),
            partner_id=made.partner_id,
            account_id=body.account_id,
            origin=body.origin,
        )
        return Reply(200, shown.model_dump_json().encode(), {"Cache-Control": "no-store"})

    return embeds

"""The noun `domain-links`."""

from services.deals.domain_links import commands
from services.deals.domain_links.commands import DomainsLinked
from services.deals.domain_links.queries import DOMAIN_LINKS
from services.deals.domain_links.schemas import DomainLinkIn, DomainLinkOut, DomainLinkPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("domain-links")
router.lists(DOMAIN_LINKS, DomainLinkOut, summary="Which domains are of one house, the newest first.")
router.reads(DOMAIN_LINKS, DomainLinkOut, summary="One link between two domains.")
_WRITE = "domain-links:write"


@router.post(
    permission=_WRITE, returns=DOMAIN_LINKS, out=DomainLinkOut, status=201, problems=[AlreadyExists, DomainsLinked]
)
async def create_domain_link(body: DomainLinkIn, tx: Tx, caller: Principal) -> Row:
    """Say that a domain is another one of the same company, or one of its parent's; conflict checks go by it at once."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=DOMAIN_LINKS, out=DomainLinkOut)
async def change_domain_link(id: str, body: DomainLinkPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change an alias to a parent, or the other way round."""
    return await commands.change(tx, body, link_id=id, version=version, caller=caller)


@router.delete(permission=_WRITE, returns=DOMAIN_LINKS, status=204)
async def remove_domain_link(id: str, tx: Tx, caller: Principal, version: Version) -> None:
    """Take a link back."""
    await commands.remove(tx, link_id=id, version=version, caller=caller)

"""Saying which domains are of one house."""

from typing import Any, Final

from services.deals.domain_links.house import house_of
from services.deals.domain_links.queries import members_of
from services.deals.domain_links.schemas import DomainLinkIn, DomainLinkPatch
from services.deals.domain_links.tables import domain_links
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault, Invalid
from shared.matching import registrable_domain

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' domain links', 0))"


class DomainsLinked(Conflict):
    """These domains are of one house already, one above the other or as aliases."""

    code, title = "domains_linked", "The domains are linked already"


async def create(tx: Tx, body: DomainLinkIn, *, caller: Caller) -> Row:
    """Link two domains; raises Invalid for what identifies no company, and DomainsLinked.

    Because what is above or below a domain is never linked with it again, nobody becomes its own parent.
    """
    vendor_only(caller)
    start, end = _domain(body.from_domain, "from_domain"), _domain(body.to_domain, "to_domain")
    if start == end:
        raise Invalid(errors=[Fault("/to_domain", "same_domain", "A domain is linked with another one.")])
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    known = house_of(await members_of(tx, start))
    if end in known.aliases | known.parents | known.children:
        raise DomainsLinked()
    return await tx.insert(
        domain_links, id=body.id or tx.new_id("dlnk"), from_domain=start, to_domain=end, kind=body.kind
    )


async def change(tx: Tx, body: DomainLinkPatch, *, link_id: str, version: int | None, caller: Caller) -> Row:
    """Change what a link says; no circle can come of it, since the two domains were linked by nothing else."""
    vendor_only(caller)
    row = await tx.lock(domain_links, link_id)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    return await tx.update(domain_links, row, **changes)


async def remove(tx: Tx, *, link_id: str, version: int | None, caller: Caller) -> None:
    """Take a link back; what was decided by it stays."""
    vendor_only(caller)
    row = await tx.lock(domain_links, link_id)
    require_version(row, version)
    await tx.delete(domain_links, row)


def _domain(text: str, member: str) -> str:
    domain = registrable_domain(text)
    if domain is None:
        fault = Fault(f"/{member}", "not_a_company_domain", "This is no domain that one company has for itself.")
        raise Invalid(errors=[fault])
    return domain

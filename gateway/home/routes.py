"""`GET /v1/home`: the landing view."""

from collections.abc import Mapping

from gateway.home.queries import counts, filter_of, items_for
from gateway.home.schemas import HomeOut
from gateway.meta.labels import labels_in
from gateway.meta.locale import LOCALE, locale_of
from shared.web.params import Http, Now, Principal
from shared.web.peer import Peer
from shared.web.reply import Reply
from shared.web.router import Router


def router(peers: Mapping[str, Peer]) -> Router:
    """Return the router of the landing view over the services that count."""
    noun = Router("home")

    @noun.get(permission="home:read", out=HomeOut, query=[LOCALE])
    async def get_home(request: Http, caller: Principal, now: Now) -> Reply:
        """What awaits the caller: counts of what its role acts on, each with the list it counts.

        A service that does not answer within two seconds leaves its counts out; `unavailable` names them.
        """
        locale = locale_of(request)
        asked = {each: filter_of(each, caller=caller, now=now) for each in items_for(caller)}
        found = await counts(asked, peers=peers, authorization=request.headers["authorization"])
        labels = labels_in(locale)
        shown, gaps = [], []
        for each, query in asked.items():
            named, counted = {"code": each.code, "label": labels.of("home", each.code)}, found[each.code]
            if counted is None:
                gaps.append(named)
                continue
            href = f"/v1/{each.noun}?{query}"
            shown.append(named | {"count": counted["count"], "capped": counted["capped"], "href": href})
        document = {
            "object": "home",
            "side": "partner" if caller.partner_id else "vendor",
            "locale": locale,
            "as_of": now,
            "items": shown,
            "unavailable": gaps,
        }
        headers = {
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Accept-Language",
            "Content-Language": locale,
        }
        return Reply.json(document, headers=headers)

    return noun

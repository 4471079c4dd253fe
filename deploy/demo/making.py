"""Makes the demo in the database of an installation and returns what scripts need to know of it."""

from collections.abc import Callable, Collection, Iterator
from itertools import count
from random import Random
from typing import Any

from deploy.demo.director import at
from deploy.demo.extent import Extent
from deploy.demo.joining import RIVAL, SHOWN
from deploy.demo.names import Naming, content, slug
from deploy.demo.opening import new_password
from deploy.demo.stage import Actor, Stage, StoryBroken, raised
from deploy.demo.story import tell
from deploy.demo.world import SPAN, World
from gateway.bootstrap import Staff, found_tenant
from shared import clock
from shared.settings import Settings

_INTEGRATION_SCOPES = [
    "*:read",
    "partners:write",
    "people:write",
    "deals:write",
    "customers:write",
    "leads:write",
    "webhook-endpoints:*",
]


async def make(
    settings: Settings,
    *,
    slugs_taken: Collection[str],
    mail_url: str,
    extent: Extent,
    progress: Callable[[float], None],
) -> dict[str, Any]:
    """Found the vendor, tell its story, and return the document of `demo.json`. Raises StoryBroken."""
    async with raised(_unhurried(settings)) as stage:
        world = await _found(stage, slugs_taken=slugs_taken, mail_url=mail_url)
        await tell(world, extent, progress=progress)
        with at(world.until):
            stuck = await stage.stuck(world.tenant_id)
            if stuck:
                raise StoryBroken(f"{stuck} events or timers failed; the log names them.")
            return {
                "base_url": settings.base_url,
                "tenant": {"id": world.tenant_id, "slug": stage.slug},
                "database_url": settings.admin_url(),
                "accounts": _accounts(world),
                **await _keys(world.staff["tenant_admin"]),
                "test": await _sandbox(world.staff["tenant_admin"]),
                "objects": await _objects(world),
            }


def _unhurried(settings: Settings) -> Settings:
    """Let commits not wait for the disk: of a load that is interrupted nothing is kept anyway."""
    url = settings.admin_url()
    return settings.model_copy(update={"database_url": f"{url}{'&' if '?' in url else '?'}synchronous_commit=off"})


async def _found(stage: Stage, *, slugs_taken: Collection[str], mail_url: str) -> World:
    catalogue = content("catalogue.json")
    vendor, first = catalogue["vendor"], catalogue["staff"][0]
    stage.slug = next(name for name in _slugs(vendor["slug"]) if name not in slugs_taken)
    until = clock.now().replace(minute=0, second=0, microsecond=0)
    begins = (until - SPAN).replace(hour=7)  # as the office opens
    world = World(stage, Naming(Random("names")), catalogue, begins, until, mail_url)
    email = f"{slug(first['given_name'])}.{slug(first['family_name'])}@{vendor['domain']}"
    password = new_password()
    staff = Staff(email, password, first["given_name"], first["family_name"])
    founded = await found_tenant(
        stage.apps["gateway"].state.database,
        slug=stage.slug,
        name=vendor["name"],
        mode="live",
        staff=[staff],
        now=world.begins,
    )
    world.tenant_id = founded.tenant_id
    world.staff["tenant_admin"] = Actor(stage, email, password, "tenant_admin")
    return world


def _slugs(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def _accounts(world: World) -> list[dict[str, Any]]:
    """Everybody of the vendor, and of the two partners that scripts use."""
    people = list(world.staff.values())
    for number in (SHOWN, RIVAL):
        partnership = world.partnerships[number]
        assert partnership.admin is not None
        people += [partnership.admin, *partnership.colleagues]
    return [
        {"role": each.role, "email": each.email, "password": each.password, "partner_id": each.partner_id}
        for each in people
    ]


async def _objects(world: World) -> dict[str, str]:
    """What scripts begin with: two partners, and a deal and a lead of the first that are still open."""
    admin, partner = world.staff["tenant_admin"], world.partnerships[SHOWN].id
    deals = await admin.get("/v1/deals", f"partner_id={partner}&status=approved&limit=1")
    leads = await admin.get("/v1/leads", f"partner_id={partner}&status=accepted,contacted,working&limit=1")
    if not deals["data"] or not leads["data"]:
        raise StoryBroken("The first partner has no open deal or lead.")
    return {
        "partner": partner,
        "rival_partner": world.partnerships[RIVAL].id,
        "deal": deals["data"][0]["id"],
        "lead": leads["data"][0]["id"],
        "plan": world.plan_id,
        "product_family": world.families[0],
    }


async def _keys(admin: Actor) -> dict[str, Any]:
    key = await admin.create("api-keys", {"name": "Demo scripts", "scopes": _INTEGRATION_SCOPES})
    scopes = ["*:read", "deals:write", "leads:write"]
    client = await admin.create("oauth-clients", {"name": "Demo app", "scopes": scopes})
    granted = {"client_id": client["client_id"], "client_secret": client["client_secret"], "scope": " ".join(scopes)}
    return {"api_key": key["key"], "oauth_client": granted}


async def _sandbox(admin: Actor) -> dict[str, Any]:
    """Enter the sandbox, which is empty, and make a key there for scripts to try things with."""
    entered = await admin.entered_sandbox()
    key = await entered.create("api-keys", {"name": "Demo scripts", "scopes": ["*:*"]})
    tenant = (await entered.get("/v1/tenants"))["data"][0]
    return {"tenant": {"id": tenant["id"], "slug": tenant["slug"]}, "api_key": key["key"]}

"""What an object offers somebody, and how what it does not offer is refused."""

from typing import Any

from tests.system import Client


async def offered(caller: Client, path: str) -> list[str]:
    """What somebody is offered to do with an object; a list tells the same as the object itself."""
    noun, _, row_id = path.rpartition("/")
    shown = await caller.get(path)
    (listed,) = (await caller.get(noun, id=row_id))["data"]
    assert shown["allowed_actions"] == listed["allowed_actions"]
    found: list[str] = shown["allowed_actions"]
    return found


async def refusal(caller: Client, path: str, action: str, body: Any = None) -> str | None:
    """How something is refused that is not offered, whichever version was seen."""
    assert action not in await offered(caller, path)
    old = await caller.post(f"{path}/{action}", body, if_match='"0"')
    new = await caller.post(f"{path}/{action}", body, if_match="*")
    assert (old.status, old.problem) == (new.status, new.problem)
    assert new.status == 409, new.json
    return new.problem

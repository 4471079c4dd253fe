"""What goes with a deal of the place: evidence, notes and tasks."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def documented(place: "Place", deal_id: str, day: str) -> None:
    """Evidence of a deal, notes on it of both kinds, and what the vendor's staff has to do about it."""
    path = f"/v1/deals/{deal_id}"
    sent = await place.partner.request(
        "POST", "/v1/files", b"a letter", headers={"content-type": "text/plain"}, name=place.ours
    )
    shown = {"type": "meeting", "happened_on": day, "text": place.ours}
    await place.makes(place.partner, f"{path}/evidence", {**shown, "file_id": sent["id"]})
    await place.makes(place.vendor, f"{path}/notes", {"text": place.everybodys})
    await place.makes(place.partner, f"{path}/notes", {"text": place.ours})
    call = {"kind": "call", "happened_on": day}
    await place.makes(place.partner, f"{path}/activities", {**call, "summary": place.ours})
    internal = {**call, "summary": place.everybodys, "visibility": "internal"}
    await place.makes(place.vendor, f"{path}/activities", internal)
    task = {"deal_id": deal_id, "title": place.everybodys, "due_on": "2199-01-01"}
    for _ in range(3):
        await place.makes(place.vendor, "/v1/deal-tasks", task)

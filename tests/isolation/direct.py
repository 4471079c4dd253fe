"""What the vendor sells itself, in each state that a step starts from."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def sold_directly(place: "Place") -> None:
    """Direct opportunities that are open, and some that have ended, each of a customer of its own."""
    for number in range(6):
        about = {"name": f"{place.ours} Direct {number}", "domain": f"direct{number}-{place.ours}.com", "country": "DE"}
        body = {"title": f"{place.ours} {number}", "customer": about, "product_family": "cloud"}
        made = await place.makes(place.vendor, "/v1/direct-opportunities", body)
        if number > 3:
            await place.does(place.vendor, f"/v1/direct-opportunities/{made['id']}", "lose")

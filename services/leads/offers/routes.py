"""`offers`: read only; a partner answers on the lead."""

from services.leads.offers.schemas import OfferOut
from services.leads.offers.tables import OFFERS
from shared.web.router import Router

router = Router("offers")
router.lists(OFFERS, OfferOut, summary="Offers of leads, newest first: all for the vendor, its own for a partner.")
router.reads(OFFERS, OfferOut, summary="One offer.")

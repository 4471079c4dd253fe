"""The noun `bundles`."""

from services.deals.bundles import commands
from services.deals.bundles.queries import BUNDLES
from services.deals.bundles.schemas import BundleIn, BundleOut, BundlePatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("bundles")
router.lists(BUNDLES, BundleOut, summary="Bundles, newest first.")
router.reads(BUNDLES, BundleOut, summary="One bundle.")
_WRITE = "bundles:write"


@router.post(status=201, permission=_WRITE, returns=BUNDLES, out=BundleOut, problems=[AlreadyExists])
async def create_bundle(body: BundleIn, tx: Tx, caller: Principal) -> Row:
    """Sell products together under a SKU of their own; a bundle may contain bundles, and never itself."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=BUNDLES, out=BundleOut)
async def change_bundle(id: str, body: BundlePatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change what a bundle is called or what is in it."""
    return await commands.change(tx, body, bundle_id=id, version=version, caller=caller)


@router.post("/{id}/retire", permission=_WRITE, returns=BUNDLES, out=BundleOut)
async def retire_bundle(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Retire a bundle: no quote takes it any more."""
    return await commands.set_status(tx, bundle_id=id, action="retire", version=version, caller=caller)


@router.post("/{id}/restore", permission=_WRITE, returns=BUNDLES, out=BundleOut)
async def restore_bundle(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a retired bundle back."""
    return await commands.set_status(tx, bundle_id=id, action="restore", version=version, caller=caller)

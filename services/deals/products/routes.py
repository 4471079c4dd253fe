"""The noun `product-families`."""

from services.deals.products import commands
from services.deals.products.queries import PRODUCT_FAMILIES
from services.deals.products.schemas import ProductFamilyIn, ProductFamilyOut, ProductFamilyPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("product-families")
router.lists(PRODUCT_FAMILIES, ProductFamilyOut, summary="Product families, newest first.")
router.reads(PRODUCT_FAMILIES, ProductFamilyOut, summary="One product family.")
_WRITE = "product-families:write"


@router.post(status=201, permission=_WRITE, returns=PRODUCT_FAMILIES, out=ProductFamilyOut, problems=[AlreadyExists])
async def create_product_family(body: ProductFamilyIn, tx: Tx, caller: Principal) -> Row:
    """Add a product family; its code is fixed for good."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=PRODUCT_FAMILIES, out=ProductFamilyOut)
async def change_product_family(id: str, body: ProductFamilyPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Rename a product family."""
    return await commands.change(tx, body, family_id=id, version=version, caller=caller)


@router.post("/{id}/retire", permission=_WRITE, returns=PRODUCT_FAMILIES, out=ProductFamilyOut)
async def retire_product_family(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Retire a product family: no deal can be registered for it any more."""
    return await commands.set_status(tx, family_id=id, action="retire", version=version, caller=caller)


@router.post("/{id}/restore", permission=_WRITE, returns=PRODUCT_FAMILIES, out=ProductFamilyOut)
async def restore_product_family(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a retired product family back."""
    return await commands.set_status(tx, family_id=id, action="restore", version=version, caller=caller)

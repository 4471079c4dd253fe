"""The noun `products`."""

from services.deals.catalogue import commands
from services.deals.catalogue.queries import PRODUCTS
from services.deals.catalogue.schemas import ProductIn, ProductOut, ProductPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("products")
router.lists(PRODUCTS, ProductOut, summary="Products, newest first.")
router.reads(PRODUCTS, ProductOut, summary="One product.")
_WRITE = "products:write"


@router.post(status=201, permission=_WRITE, returns=PRODUCTS, out=ProductOut, problems=[AlreadyExists])
async def create_product(body: ProductIn, tx: Tx, caller: Principal) -> Row:
    """Add a product; its SKU is fixed for good, and its dates act by themselves."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=PRODUCTS, out=ProductOut)
async def change_product(id: str, body: ProductPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change what a product is called, where it is sold, or a date that has not come yet."""
    return await commands.change(tx, body, product_id=id, version=version, caller=caller)


@router.post("/{id}/release", permission=_WRITE, returns=PRODUCTS, out=ProductOut)
async def release_product(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let an announced product be sold from today."""
    return await commands.move_on(tx, product_id=id, action="release", version=version, caller=caller)


@router.post("/{id}/end-sale", permission=_WRITE, returns=PRODUCTS, out=ProductOut)
async def end_sale_of_product(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """End a product's sale today; open deals and quotes that have it are warned."""
    return await commands.move_on(tx, product_id=id, action="end-sale", version=version, caller=caller)


@router.post("/{id}/end-life", permission=_WRITE, returns=PRODUCTS, out=ProductOut)
async def end_life_of_product(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """End a product's life today."""
    return await commands.move_on(tx, product_id=id, action="end-life", version=version, caller=caller)

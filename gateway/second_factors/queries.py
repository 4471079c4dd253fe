"""Which second factors somebody has."""

from typing import Final

from sqlalchemy import bindparam, select, update

from gateway.second_factors.lifecycle import LIFECYCLE
from gateway.second_factors.tables import second_factors, totp_seeds
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement

FACTORS: Final = Resource(
    "second_factor",
    second_factors,
    ("account_id", "kind", "name", "status", "confirmed_at"),
    permission="sessions:read",
    lifecycle=LIFECYCLE,
)
ACTIVE: Final = Statement(
    select(second_factors).where(
        second_factors.c.tenant_id == TENANT,
        second_factors.c.account_id == bindparam("account"),
        second_factors.c.status == "active",
    )
)
PENDING: Final = Statement(
    select(second_factors)
    .where(
        second_factors.c.tenant_id == TENANT,
        second_factors.c.account_id == bindparam("account"),
        second_factors.c.status == "pending",
    )
    .order_by(second_factors.c.id)
    .with_for_update()
)
COUNTING_OR_PENDING: Final = Statement(
    select(second_factors)
    .where(
        second_factors.c.tenant_id == TENANT,
        second_factors.c.account_id == bindparam("account"),
        second_factors.c.status != "removed",
    )
    .order_by(second_factors.c.id)
    .with_for_update()
)
SEED: Final = Statement(
    select(totp_seeds.c.sealed, totp_seeds.c.last_step).where(
        totp_seeds.c.tenant_id == TENANT, totp_seeds.c.factor_id == bindparam("factor")
    )
)
# Of two who show the same code at once, the row lets one pass.
TAKE_STEP: Final = Statement(
    update(totp_seeds)
    .where(
        totp_seeds.c.tenant_id == TENANT,
        totp_seeds.c.factor_id == bindparam("factor"),
        totp_seeds.c.last_step < bindparam("step"),
    )
    .values(last_step=bindparam("step"))
    .returning(totp_seeds.c.factor_id)
)

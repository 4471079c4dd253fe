"""All tables of the service, for migrations."""

from services.incentives.accrual import tables as accrual
from services.incentives.directory import tables as directory
from services.incentives.earnings import tables as earnings
from services.incentives.exchange import tables as exchange
from services.incentives.ledger import tables as ledger
from services.incentives.metadata import METADATA
from services.incentives.payouts import tables as payouts
from services.incentives.plans import tables as plans
from services.incentives.statements import tables as statements

__all__ = ["METADATA", "accrual", "directory", "earnings", "exchange", "ledger", "payouts", "plans", "statements"]

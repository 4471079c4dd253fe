"""Tables of the ledger. A transfer has one debit and one credit account, so every sum of debits equals that of credits."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, Table, UniqueConstraint

from services.incentives.ledger.rules import ACCOUNTS
from services.incentives.metadata import METADATA
from shared.db.columns import bigint, day, entity, identifier, instant, integer, key, record, text
from shared.db.visibility import visible_partners
from shared.db.walls import partner_wall, vendor_wall

# The migration takes UPDATE and DELETE away from every role but the owner: a transfer is never changed.
transfers = record(
    "transfers",
    METADATA,
    key("id"),
    instant("created_at"),
    identifier("partner_id"),
    text("debit_account", check=tuple(ACCOUNTS)),
    text("credit_account", check=tuple(ACCOUNTS)),
    text("currency"),
    bigint("amount"),
    text("kind"),
    identifier("subject"),
    # Which occurrence of this kind for the subject: an earning can be held twice, but accrued only once.
    integer("occurrence"),
    day("posted_on"),
    CheckConstraint("amount > 0"),
    CheckConstraint("debit_account <> credit_account"),
    UniqueConstraint("tenant_id", "kind", "subject", "occurrence", name="transfers_once"),
    Index("transfers_newest", "tenant_id", "created_at", "id"),
    Index("transfers_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("transfers_subject", "tenant_id", "subject"),
    wall=partner_wall(),
)

periods = entity(
    "periods",
    METADATA,
    text("name"),
    day("period_from"),
    day("period_to"),
    text("status", check=("open", "closed")),
    instant("closed_at", null=True),
    identifier("closed_by", null=True),
    CheckConstraint("period_from < period_to"),
    Index("periods_newest", "tenant_id", "created_at", "id"),
    wall=vendor_wall(),
)

# The two legs of each transfer: a view, which sees what its reader may see of `transfers`.
VIEWS = MetaData()
visible_partners(VIEWS)
entries = Table(
    "ledger_entries",
    VIEWS,
    key("tenant_id"),
    key("id"),
    Column("version", Integer),
    instant("created_at"),
    instant("updated_at"),
    identifier("transfer_id"),
    identifier("partner_id"),
    text("account"),
    text("currency"),
    bigint("debit"),
    bigint("credit"),
    text("kind"),
    identifier("subject"),
    day("posted_on"),
    info={"wall": partner_wall()},
)

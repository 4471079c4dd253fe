"""Valid bodies for the operations on what was sold out, and on licences."""

from typing import Any, Final

_DEAL: Final = "deal_01h455vb4pex5vsknk084sn02q"
_OTHER_DEAL: Final = "deal_01h455vb4pex5vsknk084sn02r"
_CUSTOMER: Final = {"name": "Initech Ltd.", "domain": "initech.example", "country": "GB", "tax_id": None}
_COLUMNS: Final = {
    "Line": "source_line",
    "Date": "sold_on",
    "Article": "sku",
    "Pieces": "quantity",
    "Price": "unit_price",
    "Customer": "customer.name",
}

SOLD: Final[dict[str, Any]] = {
    "create_pos_batch": {
        "period": {"from": "2026-01-01", "to": "2026-02-01"},
        "currency": "EUR",
        "lines": [
            {
                "source_line": "1",
                "sold_on": "2026-01-15",
                "sku": "GX-1",
                "quantity": 2,
                "unit_price": 500,
                "customer": _CUSTOMER,
            }
        ],
    },
    "create_pos_mapping": {"name": "monthly", "mapping": _COLUMNS},
    "change_pos_mapping": {"mapping": {**_COLUMNS, "Deal": "deal_id"}},
    "match_pos_match": {"deal_id": _DEAL},
    "split_pos_match": {"parts": [{"deal_id": _DEAL, "quantity": 1}, {"deal_id": _OTHER_DEAL, "quantity": 1}]},
    "reject_pos_match": {"reason": "It is time."},
    "reopen_pos_match": {"reason": "It is time."},
    "create_licence": {
        "kind": "nfr",
        "customer": _CUSTOMER,
        "sku": "GX-1",
        "product_family": "cloud",
        "quantity": 1,
        "currency": "EUR",
        "starts_on": "2026-01-15",
        "term_months": 120,
    },
    "activate_licence": {"starts_on": "2026-01-15", "term_months": 120, "unit_price": 500},
    "renew_licence": {"quantity": 2},
    "transfer_licence": {"to_partner_id": "ptr_01h455vb4pex5vsknk084sn02q", "reason": "It is time."},
    "cancel_licence": {"cancelled_on": "2026-02-15", "reason": "It is time."},
    "invoice_licence": {
        "number": "INV-1",
        "from": "2026-01-15",
        "to": "2026-02-15",
        "amount": {"amount": 500, "currency": "EUR"},
        "issued_on": "2026-01-15",
    },
    "create_licence_allowance": {"kind": "demo", "tier": "platinum", "quantity": 5},
    "change_licence_allowance": {"quantity": 1_000},
}

"""Valid bodies for the operations on what was sold out."""

from typing import Any, Final

_DEAL: Final = "deal_01h455vb4pex5vsknk084sn02q"
_OTHER_DEAL: Final = "deal_01h455vb4pex5vsknk084sn02r"

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
                "customer": {"name": "Initech Ltd.", "domain": "initech.example", "country": "GB", "tax_id": None},
            }
        ],
    },
    "match_pos_match": {"deal_id": _DEAL},
    "split_pos_match": {"parts": [{"deal_id": _DEAL, "quantity": 1}, {"deal_id": _OTHER_DEAL, "quantity": 1}]},
    "reject_pos_match": {"reason": "It is time."},
}

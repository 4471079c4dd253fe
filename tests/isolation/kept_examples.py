"""Valid bodies for webhooks, and for what is kept, put together and erased."""

from datetime import timedelta
from typing import Any, Final

from shared import clock

KEPT: Final[dict[str, Any]] = {
    "create_webhook_endpoint": {"url": "https://initech.example/hook", "types": ["deal.*"]},
    "change_webhook_endpoint": {"description": "Another"},
    "recover_webhook_endpoint": {"since": (clock.now() - timedelta(hours=1)).isoformat()},
    "create_retention_policy": {"contact_days": 365},
}

"""Valid bodies of the operations on pipelines."""

from typing import Any, Final

_STAGES: Final = [{"code": "prospect", "probability": 10}, {"code": "committed", "probability": 80}]
_MIGRATION: Final = {"to_pipeline_id": "pln_01h455vb4pex5vsknk084sn02q", "stages": {"prospect": "prospect"}}
PIPELINES: Final[dict[str, Any]] = {
    "create_pipeline": {"name": "Short", "stages": _STAGES},
    "change_pipeline": {"name": "Shorter"},
    "preview_pipeline_migration": _MIGRATION,
    "migrate_pipeline": _MIGRATION,
}

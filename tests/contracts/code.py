"""What the tests of the architecture look at: the files, the tables and the operations that exist."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from shared.db.provision import SERVICES
from shared.db.revisions import folder_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "services", "gateway", "deploy")


def sources(*folders: str) -> list[Path]:
    """Return the Python files in these folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a file's path inside the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text())


def tracked() -> list[Path]:
    """Return every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def package_of(service: str) -> str:
    """Return the package that holds a service."""
    return "gateway" if service == "gateway" else f"services.{service}"


def exists(service: str, module: str) -> bool:
    """Tell whether a service has a module of this name."""
    return (ROOT / package_of(service).replace(".", "/") / f"{module}.py").exists()


def metadatas() -> Iterator[tuple[str, MetaData]]:
    """Yield each service that declares its schema, and its tables."""
    for service in SERVICES:
        if exists(service, "schema"):
            yield service, import_module(f"{package_of(service)}.schema").METADATA


def is_migrated(service: str) -> bool:
    """Tell whether a service has a migration."""
    return any((folder_of(service) / "versions").glob("0*.py"))


def places_of(method: str) -> Iterator[tuple[str, str, str]]:
    """Yield file, enclosing function and first argument of every call of a method in the product."""
    for path in sources(*PACKAGES):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.name == method:
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == method:
                    reason = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else "?"
                    yield name_of(path), function.name, str(reason)


def engine_places() -> list[str]:
    """Return where work sees beyond its caller, and why, one line each."""
    return sorted({f"{path} {function}: {reason}" for path, function, reason in places_of("as_engine")})

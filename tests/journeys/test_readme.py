"""What the README promises: one command to a running product with a demo, and a journey to paste."""

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx

from tests.journeys.conftest import free_port
from tests.journeys.readme import script
from tests.journeys.world import eventually

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240


async def test_the_journey_of_the_readme_works_line_by_line(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "openapi").symlink_to(ROOT / "openapi")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    command = tmp_path / ".venv" / "bin" / "prm"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m deploy.cli "$@"\n')
    command.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PRM_DATA_DIR": str(tmp_path / ".prm")}
    up = [sys.executable, "-m", "deploy.cli", "up", "--demo", "--port", str(port)]
    running = await asyncio.create_subprocess_exec(
        *up, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}") as client:

            async def ready() -> bool:
                assert running.returncode is None, "the product ended by itself"
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, what="being ready with the demo", patience=PATIENCE_SECONDS)
        demo = json.loads((tmp_path / ".prm" / "demo.json").read_text())
        assert demo["base_url"] == f"http://localhost:{port}"
        journey = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            script(),
            cwd=tmp_path,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        shown = (await asyncio.wait_for(journey.communicate(), PATIENCE_SECONDS))[0].decode()
        assert journey.returncode == 0, shown
        assert "genuine" in shown
        assert "FORGED" not in shown
    finally:
        running.terminate()
        await running.wait()

"""Running until told to stop: Ctrl-C and SIGTERM cancel the work, whose contexts then close in order."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import uvloop


def run_until_stopped(work: Coroutine[Any, Any, None]) -> bool:
    """Run to the end, or until a signal; returns whether it ended by itself. A second signal hurries the closing."""
    return uvloop.run(_cancel_on_signal(work))


async def _cancel_on_signal(work: Coroutine[Any, Any, None]) -> bool:
    task = asyncio.ensure_future(work)
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return not told

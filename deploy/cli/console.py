"""What a person sees: progress on standard output, a refusal as one line on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from shared import clock

out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Show one line."""
    out.print(Text(f"  {line}"))


def check(line: str) -> None:
    """Show one line about something that was found to be right."""
    out.print(Text.assemble(("  ✓ ", "green"), line))


def remark(line: str) -> None:
    """Show one line about something that happened by itself."""
    out.print(Text(f"  · {line}", style="yellow"))


def fault(line: str) -> None:
    """Show on standard error, in one line, why the command cannot go on."""
    _err.print(Text(f"prm: {' '.join(line.split())}", style="red"))


@contextmanager
def step(doing: str, *, done: str) -> Iterator[None]:
    """Show what is being done, and afterwards that it is done and how long it took."""
    began = clock.monotonic()
    with out.status(f" {doing} …"):
        yield
    _done(done, began=began)


@contextmanager
def measured(doing: str, *, done: str) -> Iterator[Callable[[float], None]]:
    """The same for work that can say how far it is: what is yielded takes the part that is done, 0 to 1."""
    began = clock.monotonic()
    columns = (TextColumn("  {task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        task = bars.add_task(doing, total=1.0)

        def told(part: float) -> None:
            bars.update(task, completed=part)

        yield told
    _done(done, began=began)


def _done(done: str, *, began: float) -> None:
    out.print(Text.assemble(("  ✓ ", "green"), done, (f"  {clock.monotonic() - began:.1f} s", "dim")))

"""`make bench-conflicts`: measures how well companies are recognised and writes docs/benchmarks/conflicts.md."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console

from shared.matching import DEFAULT_THRESHOLDS, ENGINE_VERSION
from tests.bench.conflicts.measure import Counts, Findings, measured
from tests.bench.conflicts.names import listed
from tests.bench.conflicts.pairs import SEED, labelled

_PRECISION, _RECALL = 0.97, 0.95
_PAGE: Final = Path(__file__).parents[3] / "docs" / "benchmarks" / "conflicts.md"


def main(arguments: argparse.Namespace) -> None:
    """Build the labelled set, score it and write the page; another seed than the page's is only shown."""
    console = Console(highlight=False)
    with console.status("Making pairs of companies …"):
        pairs = labelled(listed(), seed=arguments.seed)
    with console.status(f"Comparing {len(pairs):,} pairs …"):
        text = "\n".join(_page(measured(pairs))) + "\n"
    if arguments.seed == SEED:
        _PAGE.write_text(text, encoding="utf-8")
    console.print(text, markup=False, soft_wrap=True)


def _page(found: Findings) -> Iterator[str]:
    same = found.engine[DEFAULT_THRESHOLDS.possible]
    yield "# Recognising companies"
    yield ""
    yield (
        "Written by `make bench-conflicts`. The names are those of real organisations (tests/bench/conflicts/data/SOURCES.md);"
        " pairs of one company are written as people write them, pairs of others are the nearest names of the registers. About half of"
        " the registrations name a domain, the rest a contact or nothing but name and country. The set is the same on every machine."
    )
    yield ""
    yield f"Engine {ENGINE_VERSION}, {found.pairs:,} pairs: {same.of_same:,} of one company, {same.of_others:,} of two."
    yield ""
    reached = "reached" if same.precision >= _PRECISION and same.recall >= _RECALL else "**not reached**"
    yield f"Goal for `same`: precision ≥ {_PRECISION} at recall ≥ {_RECALL}: **{same.precision:.4f}** at **{same.recall:.4f}**, {reached}."
    yield ""
    yield "| way | precision | recall | called one, wrongly |"
    yield "|---|---|---|---|"
    for level, counts in found.engine.items():
        yield _row(f"PRM, score ≥ {level:.2f}", counts)
    for way, counts in found.practice.items():
        yield _row(way, counts)
    yield ""
    yield (
        f"A relation of `same` begins at {DEFAULT_THRESHOLDS.possible:.2f} (class `possible`: a flag);"
        f" from {DEFAULT_THRESHOLDS.probable:.2f} a person looks at it (class `probable`)."
    )
    yield ""
    yield "## By kind of pair"
    yield ""
    yield "| truth | kind | pairs | called `same` | called `related` | have a blocking key in common |"
    yield "|---|---|---|---|---|---|"
    for kind in found.kinds:
        shares = (count / kind.pairs for count in (kind.called_same, kind.called_related, kind.brought_together))
        yield (
            f"| {kind.truth} | {kind.name} | {kind.pairs:,} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"
        )


def _row(way: str, counts: Counts) -> str:
    return f"| {way} | {counts.precision:.4f} | {counts.recall:.4f} | {counts.wrong:,} of {counts.of_others:,} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make bench-conflicts", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="makes another set of the same kinds")
    main(parser.parse_args())

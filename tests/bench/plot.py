"""A bar chart as SVG, drawn by hand: one bar a ratio with its range, and a mark where the goal is."""

from dataclasses import dataclass
from html import escape

from tests.bench.meter import Ratio

_LEFT, _WIDTH, _ROW, _TOP = 300, 420, 30, 34
_REACHED, _MISSED, _INK = "#2a7f62", "#c0603a", "#333"


@dataclass(frozen=True, slots=True)
class Bar:
    """A measured ratio and the least it should be."""

    name: str
    ratio: Ratio
    goal: float


def chart(title: str, bars: list[Bar]) -> str:
    """Return the SVG document."""
    height = _TOP + _ROW * len(bars) + 26
    scale = _WIDTH / max(1.0, *(bar.ratio.highest for bar in bars))
    rows = "".join(_row(bar, top=_TOP + _ROW * number, scale=scale) for number, bar in enumerate(bars))
    axis = "".join(
        f'<text x="{_LEFT + scale * mark / 4:.0f}" y="{height - 8}" text-anchor="middle">{mark / 4:.2f}</text>'
        for mark in range(int(_WIDTH / scale * 4) + 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 80}" height="{height}"'
        f' font-family="sans-serif" font-size="12" fill="{_INK}"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="12" y="20" font-size="14" font-weight="bold">{escape(title)}</text>{rows}{axis}</svg>\n'
    )


def _row(bar: Bar, *, top: int, scale: float) -> str:
    middle, low, high = (_LEFT + scale * each for each in (bar.ratio.middle, bar.ratio.lowest, bar.ratio.highest))
    goal, y = _LEFT + scale * bar.goal, top + _ROW / 2
    colour = _REACHED if bar.ratio.middle >= bar.goal else _MISSED
    return (
        f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(bar.name)}</text>'
        f'<rect x="{_LEFT}" y="{top + 6}" width="{middle - _LEFT:.1f}" height="{_ROW - 12}" fill="{colour}"/>'
        f'<path d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 4}v8M{high:.1f} {y - 4}v8" stroke="{_INK}" fill="none"/>'
        f'<path d="M{goal:.1f} {top + 2}v{_ROW - 4}" stroke="#000" stroke-width="2"/>'
        f'<text x="{max(middle, high) + 8:.1f}" y="{y + 4}">{bar.ratio.middle:.2f}</text>'
    )

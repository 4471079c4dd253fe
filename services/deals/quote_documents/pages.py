"""Pages and what is on them, filled from above; drawn once it is known how many there are."""

from dataclasses import dataclass, field
from typing import Any, Final

from services.deals.quote_documents.lettering import BOLD, REGULAR, broken, plain, runs, width

# A4, in points; what is measured downwards is measured from the upper edge.
WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 48.0, WIDTH - 48.0
_TOP, _BOTTOM = 48.0, HEIGHT - 56.0
_FOOT: Final = HEIGHT - 34.0
_INK, _GREY = (0.1, 0.1, 0.12), (0.42, 0.44, 0.48)
LEADING: Final = 1.32


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look: their face, size in points, and whether they stand back."""

    size: float = 9.0
    face: str = REGULAR
    is_quiet: bool = False

    @property
    def height(self) -> float:
        """How far a line of it is from the next."""
        return self.size * LEADING


NORMAL: Final = Style()
STRONG: Final = Style(face=BOLD)
SMALL: Final = Style(size=7.5, is_quiet=True)


@dataclass(frozen=True, slots=True)
class Text:
    """Letters on a line that begins at a point."""

    left: float
    down: float
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Stroke:
    """A level line across the page."""

    down: float


@dataclass(slots=True)
class Pages:
    """Pages that are being filled; `heading` is repeated at the top of each that follows the first."""

    heading: str
    pages: list[list[Text | Stroke]] = field(default_factory=lambda: [[]])
    down: float = _TOP

    def room(self, height: float) -> bool:
        """Make room for so much, on a new page where this one has none; tells whether a page was begun."""
        if self.down + height <= _BOTTOM:
            return False
        self.pages.append([])
        self.down = _TOP
        self.write(self.heading, LEFT, style=SMALL)
        self.down += 2 * SMALL.height
        return True

    def write(self, text: str, left: float, *, style: Style = NORMAL) -> None:
        """Put a text on the line that has been reached."""
        self.pages[-1].append(Text(left, self.down + style.size, plain(text), style))

    def write_to(self, text: str, right: float, *, within: float, style: Style = NORMAL) -> None:
        """Put a text on the line so that it ends at a point, smaller where it is too wide."""
        shown = plain(text)
        needed = width(shown, style.face, style.size)
        size = style.size * min(1.0, within / needed) if needed else style.size
        fitted = Style(size, style.face, style.is_quiet)
        self.pages[-1].append(Text(right - min(needed, within), self.down + style.size, shown, fitted))

    def paragraph(self, text: str, left: float, *, within: float, style: Style = NORMAL) -> None:
        """Put a text on as many lines as it takes, on more pages where need be."""
        for line in broken(text, style.face, style.size, within=within):
            self.room(style.height)
            self.write(line, left, style=style)
            self.down += style.height

    def stroke(self) -> None:
        """Put a line across the page."""
        self.pages[-1].append(Stroke(self.down))

    def draw(self, canvas: Any, *, numbering: str) -> None:
        """Draw all pages; `numbering` has the number of a page as `{0}`, and how many there are as `{1}`."""
        for number, page in enumerate(self.pages, start=1):
            foot = numbering.format(number, len(self.pages))
            ending = RIGHT - width(foot, SMALL.face, SMALL.size)
            for each in [*page, Text(ending, _FOOT, foot, SMALL), Text(LEFT, _FOOT, self.heading, SMALL)]:
                if isinstance(each, Stroke):
                    canvas.setStrokeColorRGB(*_GREY)
                    canvas.setLineWidth(0.5)
                    canvas.line(LEFT, HEIGHT - each.down, RIGHT, HEIGHT - each.down)
                else:
                    _draw(canvas, each)
            canvas.showPage()


def _draw(canvas: Any, text: Text) -> None:
    canvas.setFillColorRGB(*(_GREY if text.style.is_quiet else _INK))
    letters = canvas.beginText(text.left, HEIGHT - text.down)
    for font, part in runs(text.text, text.style.face):
        letters.setFont(font, text.style.size)
        letters.textOut(part)
    canvas.drawText(letters)

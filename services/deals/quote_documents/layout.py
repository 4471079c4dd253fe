"""The document of a quote: who offers what to whom, at which prices, and on what terms."""

from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from services.deals.quote_documents.facts import Facts, Item, Reduction
from services.deals.quote_documents.lettering import BOLD, broken, fonts
from services.deals.quote_documents.pages import (
    HEIGHT,
    LEFT,
    NORMAL,
    RIGHT,
    SMALL,
    STRONG,
    WIDTH,
    Pages,
    Style,
)
from services.deals.quote_documents.words import WORDS, Words

_HALF: Final = (RIGHT - LEFT) / 2
_ITEM, _ITEM_WIDTH = LEFT + 22, 205.0
# Where a column of figures ends, and how wide it may be.
_QUANTITY, _UNIT_PRICE, _DISCOUNT, _NET = (330.0, 52.0), (408.0, 72.0), (476.0, 62.0), (RIGHT, 66.0)
_NAME: Final = Style(15.0, BOLD)
_TITLE: Final = Style(20.0, BOLD)
_TOTAL: Final = Style(11.0, BOLD)


def pdf_of(facts: Facts, *, language: str) -> bytes:
    """Return a quote as PDF, in a language; the same facts in the same language give the same bytes."""
    fonts()
    words = WORDS[language]
    title = f"{words.quote} {facts.number}"
    pages = Pages(heading=f"{title} · {facts.partner}")
    _letterhead(pages, facts, words)
    _about(pages, facts, words)
    _items(pages, facts, words)
    _sums(pages, facts, words)
    _terms(pages, facts, words)
    out = BytesIO()
    # Invariant: no clock, and an identifier made of the content.
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang=language)
    canvas.setDateFormatter(lambda *_: facts.issued_at.strftime("D:%Y%m%d%H%M%SZ"))
    canvas.setTitle(title)
    canvas.setAuthor(facts.partner)
    canvas.setSubject(facts.customer)
    canvas.setCreator("PRM")
    pages.draw(canvas, numbering=words.page)
    canvas.save()
    return out.getvalue()


def _letterhead(pages: Pages, facts: Facts, words: Words) -> None:
    """The partner, who offers, and beside it the vendor, whose products they are."""
    begun, lowest = pages.down, pages.down
    columns = [(LEFT, words.offered_by, facts.partner)]
    if facts.vendor is not None:
        columns.append((LEFT + _HALF, words.vendor, facts.vendor))
    for left, label, name in columns:
        pages.down = begun
        pages.paragraph(label, left, within=_HALF - 12, style=SMALL)
        pages.paragraph(name, left, within=_HALF - 12, style=_NAME)
        lowest = max(lowest, pages.down)
    pages.down = lowest + 8
    pages.stroke()
    pages.down += 22


def _about(pages: Pages, facts: Facts, words: Words) -> None:
    pages.paragraph(f"{words.quote} {facts.number}", LEFT, within=RIGHT - LEFT, style=_TITLE)
    pages.down += 8
    country = f" ({facts.customer_country})" if facts.customer_country else ""
    told = (
        (words.customer, f"{facts.customer}{country}"),
        (words.number, facts.number),
        (words.version, str(facts.revision)),
        (words.issued, words.date(facts.issued_at)),
        (words.valid_until, words.instant(facts.valid_until)),
    )
    for label, value in told:
        pages.room(NORMAL.height)
        pages.write(label, LEFT, style=Style(is_quiet=True))
        pages.paragraph(value, LEFT + 110, within=RIGHT - LEFT - 110, style=STRONG)
    pages.down += 16


def _items(pages: Pages, facts: Facts, words: Words) -> None:
    pages.paragraph(words.amounts_in.format(facts.currency), LEFT, within=RIGHT - LEFT, style=SMALL)
    pages.down += 3
    _columns(pages, words)
    for place, item in enumerate(facts.items, start=1):
        _item(pages, place, item, currency=facts.currency, words=words)
    pages.stroke()
    pages.down += 8


def _columns(pages: Pages, words: Words) -> None:
    pages.stroke()
    pages.down += 3
    pages.write(words.item, LEFT, style=STRONG)
    named = (words.quantity, words.unit_price, words.discount, words.net)
    for (right, within), name in zip((_QUANTITY, _UNIT_PRICE, _DISCOUNT, _NET), named, strict=True):
        pages.write_to(name, right, within=within, style=STRONG)
    pages.down += STRONG.height + 3
    pages.stroke()
    pages.down += 4


def _item(pages: Pages, place: int, item: Item, *, currency: str, words: Words) -> None:
    """A line with its figures, and beneath its name what it is made of; the head of the table is on every page of it."""
    named = broken(item.name, NORMAL.face, NORMAL.size, within=_ITEM_WIDTH)
    _room(pages, (len(named) + 1) * NORMAL.height, words)
    pages.write(str(place), LEFT, style=Style(is_quiet=True))
    pages.write(named[0], _ITEM)
    pages.write_to(words.count(item.quantity), _QUANTITY[0], within=_QUANTITY[1])
    figures = ((_UNIT_PRICE, item.unit_price), (_DISCOUNT, item.discount), (_NET, item.net))
    for (right, within), amount in figures:
        pages.write_to(words.amount(amount, currency), right, within=within)
    pages.down += NORMAL.height
    for line in named[1:]:
        pages.write(line, _ITEM)
        pages.down += NORMAL.height
    for detail, change in _details(item, words):
        for number, line in enumerate(broken(detail, SMALL.face, SMALL.size, within=_ITEM_WIDTH)):
            _room(pages, SMALL.height, words)
            pages.write(line, _ITEM, style=SMALL)
            if change is not None and number == 0:
                pages.write_to(words.amount(change, currency), _DISCOUNT[0], within=_DISCOUNT[1], style=SMALL)
            pages.down += SMALL.height
    pages.down += 4


def _details(item: Item, words: Words) -> list[tuple[str, int | None]]:
    """What is said beneath the name of a line, and by how much each of it changes the price, where it does."""
    how_often = [words.charged[item.charge_period]] if item.charge_period is not None else []
    told: list[tuple[str, int | None]] = [
        (" · ".join([item.sku, item.unit.replace("_", " "), *how_often]), None),
    ]
    if item.contains:
        parts = ", ".join(f"{words.count(count)} × {sku}" for count, sku in item.contains)
        told.append((f"{words.contains}: {parts}", None))
    told += [(_reduction(each, words), each.amount) for each in item.reductions]
    if item.note is not None:
        told.append((item.note, None))
    return told


def _reduction(step: Reduction, words: Words) -> str:
    if step.kind == "break":
        return words.quantity_break.format(words.count(int(step.source)))
    return words.promotion.format(step.name) if step.kind == "promotion" else words.special_price


def _sums(pages: Pages, facts: Facts, words: Words) -> None:
    # What is charged once has one sum; of what recurs, it is said how often.
    recurs = any(period is not None for period, _ in facts.by_period)
    sums = [(words.of_it.format(words.charged[each]), amount, NORMAL) for each, amount in facts.by_period if recurs]
    sums.append((words.net_total, facts.net, NORMAL if facts.tax else _TOTAL))
    if facts.tax is not None:
        sums.append((facts.tax.label, facts.tax.amount, NORMAL))
        sums.append((words.total, facts.net + facts.tax.amount, _TOTAL))
    for label, amount, style in sums:
        pages.room(style.height)
        pages.write_to(label, _UNIT_PRICE[0], within=_UNIT_PRICE[0] - LEFT, style=style)
        shown = f"{words.amount(amount, facts.currency)} {facts.currency}"
        pages.write_to(shown, RIGHT, within=RIGHT - _UNIT_PRICE[0] - 8, style=style)
        pages.down += style.height
    if facts.tax is None:
        pages.room(SMALL.height)
        pages.write_to(words.no_tax, RIGHT, within=_HALF, style=SMALL)
        pages.down += SMALL.height
    pages.down += 14


def _terms(pages: Pages, facts: Facts, words: Words) -> None:
    if facts.terms is None:
        return
    pages.room(STRONG.height + 2 * NORMAL.height)
    pages.paragraph(words.terms, LEFT, within=RIGHT - LEFT, style=STRONG)
    pages.down += 2
    pages.paragraph(facts.terms, LEFT, within=RIGHT - LEFT)


def _room(pages: Pages, height: float, words: Words) -> None:
    if pages.room(height):
        _columns(pages, words)

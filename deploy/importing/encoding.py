"""The text of a spreadsheet whose encoding nobody wrote down.

A byte order mark decides; else what is valid UTF-8 is UTF-8; else one of the code pages that spreadsheet programs write
in Europe and China is taken. A file that people have pasted together may hold lines in two encodings: where most lines with
letters beyond ASCII are UTF-8, only the others are read in the old code page.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

CODE_PAGES: Final = ("cp1252", "cp1250", "cp1251", "gb18030")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes that are letters of Hungarian, Polish or Czech in cp1250 and, in cp1252, hardly ever stand inside a word.
_CENTRAL_EUROPEAN: Final = re.compile(rb"[\xf5\xfb\xd5\xdb]|(?<=[A-Za-z])[\xa5\xb3\xb9\xbe\xbf]|[\xa3\xaf](?=[a-z])")


class Unreadable(ValueError):
    """The file cannot be read; the text says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text and the encoding it was in; `mixed` counts the lines that were in another."""

    text: str
    encoding: str
    mixed: int = 0


def decode(content: bytes, *, encoding: str | None = None) -> Decoded:
    """Return the text of a file, in the encoding given or found; raises Unreadable."""
    if not content.strip():
        raise Unreadable("The file is empty.")
    if encoding is not None:
        return Decoded(_strictly(content, encoding).lstrip("\ufeff"), encoding)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            if marked == "utf-8":
                return _utf8(content.removeprefix(mark))
            return Decoded(_strictly(content.removeprefix(mark), marked), marked)
    if b"\x00" in content[:4096]:
        guess = "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
        return Decoded(_strictly(content, guess), guess)
    return _utf8(content)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise Unreadable(f"There is no encoding {encoding}.") from None
    except UnicodeDecodeError as problem:
        raise Unreadable(f"The file is not in {encoding}: byte {problem.start + 1} does not fit.") from None


def _utf8(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    lines = content.splitlines(keepends=True)
    foreign = [line for line in lines if not line.isascii()]
    strays = [line for line in foreign if not _is_utf8(line)]
    page = _code_page(b"".join(strays))
    if 2 * len(strays) > len(foreign):
        return Decoded(_strictly(content, page), page)
    text = "".join(line.decode("utf-8") if _is_utf8(line) else _strictly(line, page) for line in lines)
    return Decoded(text, "utf-8", mixed=len(strays))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _code_page(content: bytes) -> str:
    found = from_bytes(content, cp_isolation=list(CODE_PAGES)).best()
    if found is None:
        raise Unreadable(f"The encoding is none of utf-8, utf-16, {', '.join(CODE_PAGES)}; name it with --encoding.")
    if found.encoding in ("cp1250", "cp1252"):
        return "cp1250" if _CENTRAL_EUROPEAN.search(content) else "cp1252"
    return found.encoding

"""The page that says what each problem code means, in each language; `type` in a problem document points into it."""

from collections.abc import Mapping
from html import escape
from typing import Final

from shared.errors import Problem
from shared.i18n.languages import DEFAULT
from shared.i18n.sentences import sentences_in

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "Problems",
        "Every error is an RFC 9457 problem document; <code>code</code> is stable.",
        "status",
        "title",
        "meaning",
    ),
    "de": (
        "Fehlermeldungen",
        "Jeder Fehler ist ein Problemdokument nach RFC 9457; <code>code</code> ändert sich nie.",
        "Status",
        "Titel",
        "Bedeutung",
    ),
    "hu": (
        "Hibaüzenetek",
        "Minden hiba egy RFC 9457 szerinti problémadokumentum; a <code>code</code> nem változik.",
        "állapotkód",
        "cím",
        "jelentés",
    ),
}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "td,th{padding:.4rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}"
    "tr:target{background:#fff3bf}"
)


def page_of_problems(language: str) -> bytes:
    """Return the page in this language."""
    heading, said, status, title, meaning = _WORDS[language]
    rows = "".join(
        _row(each, language) for each in sorted(all_problems(), key=lambda each: (each.status, each.code, each.title))
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{heading}</h1><p>{said}</p>"
        f"<table><tr><th>code</th><th>{status}</th><th>{title}</th><th>{meaning}</th></tr>{rows}</table></body></html>"
    ).encode()


def all_problems() -> set[type[Problem]]:
    """Return every kind of refusal that can be raised, without what they have in common."""
    return _below(Problem)


def meaning_of(problem: type[Problem]) -> str:
    """Return the sentence that explains a kind of refusal, in English."""
    return (problem.__doc__ or "").strip().splitlines()[0]


def _row(problem: type[Problem], language: str) -> str:
    title, meaning = problem.title, meaning_of(problem)
    if language != DEFAULT:
        words = sentences_in(language)
        title, meaning = words.title(problem.code, title), words.worded(meaning)
    return (
        f'<tr id="{problem.code}"><td><code>{problem.code}</code></td><td>{problem.status}</td>'
        f"<td>{escape(title)}</td><td>{escape(meaning)}</td></tr>"
    )


def _below(base: type[Problem]) -> set[type[Problem]]:
    found = set(base.__subclasses__())
    return found.union(*(_below(each) for each in found))

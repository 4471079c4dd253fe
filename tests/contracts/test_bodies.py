"""What every body that callers send promises."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from shared.web.models import Body, Day


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for each in of.__subclasses__():
        yield each
        yield from bodies(each)


def days(kind: Any, validated_by: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """What validates each day and instant that is somewhere in a type."""
    if get_origin(kind) is Annotated:
        inner, *by = get_args(kind)
        yield from days(inner, (*validated_by, *by))
    elif isinstance(kind, type) and issubclass(kind, date):
        yield validated_by
    else:
        for each in get_args(kind):
            yield from days(each)


def test_every_day_of_a_body_is_one_that_can_be_reckoned_with(apps):
    (reach,) = Day.__metadata__
    loose = [
        f"{body.__module__}.{body.__name__}.{name}"
        for body in bodies()
        for name, field in body.model_fields.items()
        for by in days(field.annotation, tuple(field.metadata))
        if reach not in by
    ]

    assert loose == []

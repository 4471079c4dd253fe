"""Published event classes: the one home of the nouns that services share."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from shared.events.envelope import Event


@cache
def public_events() -> Mapping[str, type[Event]]:
    """Return the events that reach the tenant's log and webhooks, by their type, in order."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {each.type: each for each in sorted(_below(Event), key=lambda each: each.type) if each.public}


def _below(event: type[Event]) -> Iterator[type[Event]]:
    for each in event.__subclasses__():
        if "type" in vars(each) and each.__module__.startswith(__name__):
            yield each
        yield from _below(each)

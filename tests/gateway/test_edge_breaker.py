"""A service that fails is left alone for a moment: callers are told at once, and the first answer ends it."""

import asyncio

import pytest

from gateway.edge.breaker import Breaker
from gateway.edge.forward import Forwarder
from gateway.edge.pool import Limits
from shared.errors import Unavailable
from shared.web.metrics import Metrics
from tests.gateway.upstream import OK, Caller, Wire, forwarding, polite, service
from tests.journeys.world import eventually

# What happens at which second, and what the next caller is told: None to pass, or the seconds to wait.
STORIES: list[tuple[str, list[tuple[str, float]], float, int | None, str]] = [
    ("nothing yet", [], 0.0, None, "closed"),
    ("failures below the limit", [("fails", 0.0)] * 2, 0.0, None, "closed"),
    ("failures at the limit", [("fails", 0.0)] * 3, 0.0, 4, "open"),
    (
        "an answer between failures",
        [("fails", 0.0)] * 2 + [("answers", 0.1)] + [("fails", 0.2)] * 2,
        0.3,
        None,
        "closed",
    ),
    ("a part of the pause has passed", [("fails", 0.0)] * 3, 2.5, 2, "open"),
    ("the last moment of the pause", [("fails", 0.0)] * 3, 3.999, 1, "open"),
    ("the pause is over", [("fails", 0.0)] * 3, 4.0, None, "half_open"),
    ("the probe is under way", [("fails", 0.0)] * 3 + [("asks", 4.0)], 4.0, 4, "open"),
    ("nothing is heard of the probe", [("fails", 0.0)] * 3 + [("asks", 4.0)], 8.0, None, "half_open"),
    ("the probe fails", [("fails", 0.0)] * 3 + [("asks", 4.0), ("fails", 5.0)], 8.5, 1, "open"),
    ("the probe is answered", [("fails", 0.0)] * 3 + [("asks", 4.0), ("answers", 4.1)], 4.1, None, "closed"),
    ("one failure after that", [("fails", 0.0)] * 3 + [("answers", 1.0), ("fails", 1.0)], 1.0, None, "closed"),
    ("a late answer ends the pause", [("fails", 0.0)] * 3 + [("answers", 1.0)], 1.0, None, "closed"),
    ("a late failure begins it anew", [("fails", 0.0)] * 3 + [("fails", 3.0)], 4.0, 3, "open"),
]


@pytest.mark.parametrize(("what", "happens", "at", "told", "state"), STORIES, ids=[story[0] for story in STORIES])
def test_whether_a_request_passes(
    what: str, happens: list[tuple[str, float]], at: float, told: int | None, state: str
) -> None:
    breaker = Breaker(failures=3, pause=4.0)
    for event, now in happens:
        if event == "fails":
            breaker.failed(now)
        elif event == "answers":
            breaker.succeeded()
        else:
            assert breaker.refusal(now) is None

    assert breaker.state(at) == state
    assert breaker.refusal(at) == told


def test_a_change_is_told_once() -> None:
    breaker = Breaker(failures=2, pause=1.0)

    assert [breaker.succeeded(), breaker.failed(0.0), breaker.failed(0.0), breaker.failed(0.1)] == [
        False,
        False,
        True,
        False,
    ]
    assert [breaker.refusal(2.0), breaker.failed(2.0), breaker.succeeded(), breaker.succeeded()] == [
        None,
        False,
        True,
        False,
    ]


async def refused(forwarder: Forwarder, method: str = "GET") -> dict[str, str]:
    with pytest.raises(Unavailable) as told:
        await Caller(method).through(forwarder)
    return told.value.headers


class Moody:
    """A service that hangs up on every caller until it is well."""

    well = False

    async def __call__(self, wire: Wire) -> None:
        """Serve a connection."""
        if self.well:
            await polite(wire)


async def test_a_failing_service_is_left_alone_and_taken_back_at_its_first_answer() -> None:
    moody, metrics = Moody(), Metrics()
    async with service(moody) as (url, wires), forwarding(url, name="deals", metrics=metrics) as forwarder:
        told = [await refused(forwarder, method) for method in ("GET", "POST", "HEAD", "DELETE", "GET")]
        tried = len(wires)
        at_once = [await refused(forwarder) for _ in range(3)]

        assert told == [{"Retry-After": "1"}] * 5
        assert at_once == [{"Retry-After": "1"}] * 3
        assert len(wires) == tried, "the service hears nothing of them"

        moody.well = True

        async def answered() -> bool:
            try:
                return (await Caller().through(forwarder)).status == 200
            except Unavailable:
                return False

        await eventually(answered, what="being taken back")
        assert (await Caller("POST").through(forwarder)).status == 200

    shown = metrics.shown().body.decode()
    assert 'prm_breaker_changes_total{state="open",upstream="deals"} 1.0' in shown
    assert 'prm_breaker_changes_total{state="closed",upstream="deals"} 1.0' in shown
    assert 'prm_breaker_refusals_total{upstream="deals"}' in shown


async def test_nobody_at_the_address_is_a_service_that_fails() -> None:
    async with forwarding("http://127.0.0.1:1") as nobody, forwarding("unix:///nowhere/deals.sock") as nowhere:
        for _ in range(7):
            assert await refused(nobody) == {"Retry-After": "1"}
            assert await refused(nowhere, "POST") == {"Retry-After": "1"}


async def test_an_error_of_the_service_is_an_answer() -> None:
    async def failing(wire: Wire) -> None:
        while await wire.request():
            await wire.says(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n")

    async with service(failing) as (url, _), forwarding(url) as forwarder:
        assert [(await Caller().through(forwarder)).status for _ in range(12)] == [500] * 12


async def test_one_that_never_answers_is_left_alone_like_one_that_is_not_there() -> None:
    async def silent(wire: Wire) -> None:
        await wire.hung_up()

    limits = Limits(silence=0.05, look=0.02)
    async with service(silent) as (url, wires), forwarding(url, limits=limits) as forwarder:
        await asyncio.gather(*(refused(forwarder) for _ in range(5)))
        await refused(forwarder)

        assert len(wires) == 5


class Busy:
    """A service that takes its time with every request until it may go on."""

    def __init__(self) -> None:
        self.arrived, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, wire: Wire) -> None:
        """Serve a connection."""
        while await wire.request():
            self.arrived.set()
            await self.go.wait()
            await wire.says(OK)


async def test_that_every_connection_is_taken_says_nothing_of_the_services_health() -> None:
    busy, metrics, limits = Busy(), Metrics(), Limits(connections=1, connect=0.05)
    async with service(busy) as (url, _), forwarding(url, metrics=metrics, limits=limits) as forwarder:
        first = asyncio.create_task(Caller().through(forwarder))
        await busy.arrived.wait()

        assert len([await refused(forwarder) for _ in range(7)]) == 7
        assert b'state="open"' not in metrics.shown().body
        busy.go.set()
        assert (await first).status == 200
        assert (await Caller("POST").through(forwarder)).status == 200


async def test_who_finds_every_connection_taken_waits_for_one() -> None:
    busy, limits = Busy(), Limits(connections=2, connect=20.0)
    async with service(busy) as (url, wires), forwarding(url, limits=limits) as forwarder:
        callers = [asyncio.create_task(Caller().through(forwarder)) for _ in range(9)]
        await busy.arrived.wait()
        callers[4].cancel()
        busy.go.set()

        answers = await asyncio.gather(*callers, return_exceptions=True)
        assert [each.status for each in answers if isinstance(each, Caller)] == [200] * 8
        assert len(wires) == 2

"""How attempts are counted, whoever makes them."""

from datetime import timedelta

import pytest

from gateway.credentials import rules
from gateway.credentials.throttle import Attempt
from shared import clock
from tests.gateway.make import address
from tests.system import System


async def test_of_two_who_sign_in_at_once_the_one_counted_second_may_have_begun_first(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, begun = system.apps["gateway"].state.database, clock.now()
    account = address()

    for moment in (begun, begun - timedelta(milliseconds=1)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        await Attempt(database, account=account, address=None).begin()


async def test_an_address_that_tries_many_accounts_is_slowed_down_except_a_proxy_on_this_machine(
    system: System,
) -> None:
    database = system.apps["gateway"].state.database

    async def many(address: str) -> None:
        for number in range(rules.FREE_FOR_ADDRESS + 1):
            await Attempt(database, account=f"somebody {number} {address}", address=address).begin()

    await many("127.0.0.1")
    with pytest.raises(rules.TooManyAttempts):
        await many("203.0.113.9")


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (11, 60), (5000, 60)])
def test_the_pause_doubles_up_to_a_minute(failures: int, seconds: int) -> None:
    assert rules.pause(failures, free=5) == seconds

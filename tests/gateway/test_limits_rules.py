"""How a bucket fills and drains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.limiter import Limiter, RateLimited
from gateway.limits.rules import Allowance
from shared import clock

TEN_A_SECOND = Allowance("key", 10, 1)


@pytest.mark.parametrize(
    ("empty_at", "cost", "over", "remaining"),
    [
        (0.0, 1, 0.0, 9),
        (100.0, 1, 0.0, 9),
        (100.0, 10, 0.0, 0),
        (100.5, 5, 0.0, 0),
        (100.5, 6, 0.1, 0),
        (101.0, 1, 0.1, 0),
        (100.0, 0, 0.0, 10),
        # More than the whole allowance at once is the whole allowance.
        (100.0, 50, 0.0, 0),
        (100.1, 50, 0.1, 0),
    ],
)
def test_a_cost_fits_or_not(empty_at, cost, over, remaining):
    filled = TEN_A_SECOND.filled(empty_at, cost=cost, now=100.0)

    assert TEN_A_SECOND.over(filled, now=100.0) == pytest.approx(over, abs=1e-9)
    assert TEN_A_SECOND.remaining(filled, now=100.0) == remaining


def test_an_even_share_is_not_refused_for_its_last_bit():
    thirds, empty_at = Allowance("key", 3, 10), 0.1
    for _ in range(3):
        empty_at = thirds.filled(empty_at, cost=1, now=0.1)

    assert thirds.over(empty_at, now=0.1) == 0.0


@given(
    quota=st.integers(1, 1000),
    window=st.integers(1, 3600),
    steps=st.lists(st.tuples(st.floats(0, 100), st.integers(1, 50)), max_size=60),
)
def test_never_more_than_the_quota_and_what_drained_meanwhile(quota, window, steps):
    allowance, now, empty_at, passed = Allowance("key", quota, window), 0.0, 0.0, 0
    for waited, cost in steps:
        now += waited
        filled = allowance.filled(empty_at, cost=cost, now=now)
        if allowance.over(filled, now=now) == 0.0:
            empty_at, passed = filled, passed + min(cost, quota)
        assert 0 <= allowance.remaining(empty_at, now=now) <= quota
        assert passed <= quota + now * quota / window + 1e-3


def test_an_allowance_is_divided_among_replicas_but_never_to_nothing():
    assert (Allowance("key", 10, 1).shared_by(4), Allowance("key", 1, 1).shared_by(4)) == (
        Allowance("key", 2, 1),
        Allowance("key", 1, 1),
    )


def test_a_request_is_charged_to_all_its_buckets_or_to_none():
    limiter = Limiter({"key": Allowance("key", 2, 3600), "tenant": Allowance("tenant", 3, 3600)})
    for _ in range(2):
        limiter.take([("key", "one"), ("tenant", "t")], cost=1)
    with pytest.raises(RateLimited) as refused:
        limiter.take([("key", "one"), ("tenant", "t")], cost=1)
    left = dict(limiter.take([("key", "other"), ("tenant", "t")], cost=1))

    assert refused.value.headers["RateLimit"].startswith('"key";r=0;t=')
    assert int(refused.value.headers["Retry-After"]) > 1700
    assert left["RateLimit"].startswith('"tenant";r=0;t=')
    assert left["RateLimit-Policy"] == '"key";q=2;w=3600, "tenant";q=3;w=3600'


def test_whoever_comes_when_told_is_let_in(monkeypatch):
    times = iter([1000.0, 1001.0, 1001.0 + 19, 1001.0 + 19])
    monkeypatch.setattr(clock, "monotonic", lambda: next(times))
    limiter = Limiter({"key": Allowance("key", 3, 60)})
    limiter.take([("key", "one")], cost=3)
    with pytest.raises(RateLimited) as refused:
        limiter.take([("key", "one")], cost=1)

    assert refused.value.headers["Retry-After"] == "19"
    assert dict(limiter.take([("key", "one")], cost=1))["RateLimit"] == '"key";r=0;t=60'


def test_a_kind_without_an_allowance_is_not_limited():
    assert Limiter({}).take([("key", "one"), ("tenant", "t")], cost=1_000_000) == []


@pytest.mark.parametrize(
    ("key", "tenant", "cost", "wait"),
    [
        # One unit is missing in each: it drains in 6 seconds here and in 60 there.
        ((10, 60), (10, 600), 1, "60"),
        ((10, 600), (10, 60), 1, "60"),
        ((10, 60), (1000, 60), 10, "60"),
        ((1000, 60), (10, 60), 10, "60"),
        # More units are missing in the one that drains faster.
        ((100, 100), (2, 120), 50, "120"),
        ((2, 120), (100, 100), 50, "120"),
        ((10, 60), (10, 60), 2, "12"),
    ],
)
def test_where_nothing_fits_anywhere_one_waits_for_the_last(key, tenant, cost, wait):
    limiter = Limiter({"key": Allowance("key", *key), "tenant": Allowance("tenant", *tenant)})
    whose = [("key", "one"), ("tenant", "t")]
    limiter.take(whose, cost=1_000_000)

    with pytest.raises(RateLimited) as refused:
        limiter.take(whose, cost=cost)

    assert refused.value.headers["Retry-After"] == wait

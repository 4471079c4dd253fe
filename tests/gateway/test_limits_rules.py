"""How a bucket fills and drains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.limiter import Limiter, RateLimited
from gateway.limits.rules import Allowance, charge

TEN_A_SECOND = Allowance("key", 10, 1)


@pytest.mark.parametrize(
    ("empty_at", "cost", "allowed", "remaining", "reset"),
    [
        (0.0, 1, True, 9, 1),
        (100.0, 1, True, 9, 1),
        (100.0, 10, True, 0, 1),
        (100.5, 5, True, 0, 1),
        (100.5, 6, False, 5, 1),
        (101.0, 1, False, 0, 1),
        (100.0, 0, True, 10, 0),
        # More than the whole allowance at once is the whole allowance.
        (100.0, 50, True, 0, 1),
        (100.1, 50, False, 9, 1),
    ],
)
def test_a_cost_fits_or_not(empty_at, cost, allowed, remaining, reset):
    verdict = charge(TEN_A_SECOND, empty_at, cost=cost, now=100.0)

    assert (verdict.allowed, verdict.remaining, verdict.reset) == (allowed, remaining, reset)


def test_whoever_comes_when_told_is_let_in():
    empty_at = charge(Allowance("key", 3, 60), 0.0, cost=3, now=1000.0).empty_at
    refused = charge(Allowance("key", 3, 60), empty_at, cost=1, now=1001.0)

    assert (refused.allowed, refused.empty_at, refused.retry_after) == (False, empty_at, 19)
    assert charge(Allowance("key", 3, 60), empty_at, cost=1, now=1001.0 + 19).allowed


@given(
    quota=st.integers(1, 1000),
    window=st.integers(1, 3600),
    steps=st.lists(st.tuples(st.floats(0, 100), st.integers(1, 50)), max_size=60),
)
def test_never_more_than_the_quota_and_what_drained_meanwhile(quota, window, steps):
    allowance, now, empty_at, passed = Allowance("key", quota, window), 0.0, 0.0, 0
    for waited, cost in steps:
        now += waited
        verdict = charge(allowance, empty_at, cost=cost, now=now)
        empty_at = verdict.empty_at
        passed += min(cost, quota) if verdict.allowed else 0
        assert 0 <= verdict.remaining <= quota
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


def test_a_kind_without_an_allowance_is_not_limited():
    assert Limiter({}).take([("key", "one"), ("tenant", "t")], cost=1_000_000) == []

"""The rules of forecasts: chances, slippage, seasons, the spread of a sum, and what is known when."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from services.deals.forecasts.back_test import back_test
from services.deals.forecasts.baseline import baseline
from services.deals.forecasts.chances import Chances, shrunk
from services.deals.forecasts.history import Deal, Move, Replanned
from services.deals.forecasts.model import forecast, past_periods, period_of
from services.deals.forecasts.spread import Spread
from services.deals.forecasts.timing import Timing
from services.deals.funnels.rules import funnel
from shared.values.period import Period

PRIORS = {"first": 0.1, "middle": 0.4, "last": 0.8}
NOW = datetime(2030, 5, 15, 12, tzinfo=UTC)
MAY = Period(date(2030, 5, 1), date(2030, 6, 1))


def at(day: int) -> datetime:
    """A time so many days from now, negative ones in the past."""
    return NOW + timedelta(days=day)


def deal(number: int = 0, *, approved: int, stage: str = "first", amount: int | None = 1000, **more) -> Deal:
    known = {"id": f"deal_{number}", "partner": "ptr_1", "program": None, "close_on": None, **more}
    return Deal(stage=stage, amount=amount, approved_at=at(approved), **known)


def won(number: int, *, approved: int, closed: int, net: int = 1000, planned: int | None = None, **more) -> Deal:
    close_on = None if planned is None else at(planned).date()
    ending = {"won_at": at(closed), "closed_on": at(closed).date(), "net": net, "close_on": close_on}
    return deal(number, approved=approved, **ending, **more)


def lost(number: int, *, approved: int, ended: int, **more) -> Deal:
    return deal(number, approved=approved, ended_at=at(ended), **more)


def history(seed: int) -> list[Deal]:
    """Three years of a made-up vendor."""
    dice, made = Random(seed), []
    for number in range(400):
        approved, length = -dice.randrange(1, 1095), dice.randrange(5, 200)
        amount, partner = dice.randrange(1, 90_000), f"ptr_{dice.randrange(5)}"
        moves = tuple(
            Move(at(approved + length * step // 3), old, new)
            for step, old, new in ((1, "first", "middle"), (2, "middle", "last"))
            if approved + length * step // 3 <= 0
        )
        stage = moves[-1].new if moves else "first"
        facts = {"approved": approved, "amount": amount, "partner": partner, "moves": moves, "stage": stage}
        if approved + length > 0:
            made.append(deal(number, close_on=at(dice.randrange(-20, 90)).date(), **facts))
        elif dice.random() < 0.5:
            made.append(won(number, closed=approved + length, planned=approved + 60, net=amount, **facts))
        else:
            made.append(lost(number, ended=approved + length, **facts))
    return made


@pytest.mark.parametrize(
    ("wins", "trials", "prior", "rate"),
    [(0, 0, 0.25, 0.25), (10, 10, 0.0, 0.5), (0, 10, 0.5, 0.25), (90, 90, 0.1, 0.91), (5, 10, 0.5, 0.5)],
)
def test_a_rate_is_pulled_to_its_prior_the_more_the_less_is_known(wins, trials, prior, rate):
    assert shrunk(wins, trials, prior=prior) == pytest.approx(rate)


def test_a_partner_is_judged_by_its_own_deals_then_by_its_programs_then_by_all_then_by_the_prior():
    deals = [won(number, approved=-90, closed=-30, partner="ptr_good", program="europe") for number in range(40)]
    deals += [lost(40 + number, approved=-90, ended=-30, partner="ptr_bad", program="asia") for number in range(40)]

    chances = Chances(deals, at=NOW, priors=PRIORS)

    def of(partner, program, stage="first"):
        return chances.of(stage, program=program, partner=partner)

    assert of("ptr_good", "europe") > of("ptr_new", "europe") > of("ptr_new", None) > of("ptr_new", "asia")
    assert of("ptr_new", "asia") > of("ptr_bad", "asia") > 0
    assert of("ptr_good", "europe", "last") == PRIORS["last"]
    assert of("ptr_good", "europe", "gone") == pytest.approx(0.3)


def test_only_what_was_known_then_counts():
    moved = won(
        1, approved=-60, closed=-10, planned=-10, moves=(Move(at(-40), "first", "last"), Move(at(-10), "last", "won"))
    )
    replanned = deal(2, approved=-60, close_on=at(50).date(), plans=(Replanned(at(-20), at(5).date(), 700),))

    assert [moved.stage_at(at(day)) for day in (-50, -40, 0)] == ["first", "last", "last"]
    assert [moved.was_open(at(day)) for day in (-61, -11, -10)] == [False, True, False]
    assert [replanned.amount_at(at(day)) for day in (-30, -20, 0)] == [700, 1000, 1000]
    assert [replanned.close_on_at(at(day)) for day in (-30, 0)] == [at(5).date(), at(50).date()]
    assert Chances([moved], at=at(-11), priors=PRIORS).closed == 0
    later = [*history(1), *(won(1000 + n, approved=-1, closed=0, net=10**6) for n in range(30))]
    then = {"at": at(-20), "period": period_of(at(-20).date(), "month"), "horizon": "month", "priors": PRIORS}
    assert forecast(later, **then) == forecast([each for each in later if each.approved_at <= at(-20)], **then)


@pytest.mark.parametrize(
    ("series", "season", "value", "method"),
    [
        ([], 4, 0, "none"),
        ([80], 4, 80, "exponential_smoothing"),
        ([100, 200], 4, 130, "exponential_smoothing"),
        ([100, 100, 100, 100], 4, 100, "exponential_smoothing"),
        ([10, 20, 30, 40, 30, 20, 30, 40], 4, 20, "seasonal_mean"),
        ([7, 0, 0, 0, 10, 0, 0, 0, 40, 0, 0, 0], 4, 19, "seasonal_mean"),
    ],
)
def test_a_series_goes_on_by_its_season_where_two_years_are_known(series, season, value, method):
    found = baseline(series, season=season)

    assert (found.value, found.method) == (pytest.approx(value), method)
    assert len(found.misses) == max(0, len(series) - 2)
    assert all(each >= 0 for each in found.likely())


@pytest.mark.parametrize(
    ("certain", "deals", "others", "quantiles"),
    [
        (500, [], (0.0,), (500, 500, 500)),
        (0, [(1000, 1.0)], (0.0,), (1000, 1000, 1000)),
        (0, [(1000, 0.5)], (0.0,), (0, 0, 1000)),
        (0, [(1000, 0.05)], (0.0,), (0, 0, 0)),
        (0, [(100, 0.5), (100, 0.5)], (0.0,), (0, 100, 200)),
        (10, [], (0.0, 100.0, 200.0), (10, 110, 210)),
    ],
)
def test_a_spread_is_exact_where_it_can_be_worked_out_by_hand(certain, deals, others, quantiles):
    spread = Spread(certain, deals, others)

    assert tuple(spread.at(share) for share in (0.1, 0.5, 0.9)) == quantiles


def test_a_spread_of_many_deals_is_that_of_their_sum():
    deals = [(1000, 0.3)] * 100

    spread = Spread(0, deals)

    # Binomial with n = 100 and p = 0.3: quantiles 24, 30 and 36.
    assert [spread.at(share) for share in (0.1, 0.5, 0.9)] == [24_000, 30_000, 36_000]


def test_close_dates_slip_as_they_have_slipped_before():
    late = [won(number, approved=-200, closed=-60, planned=-100) for number in range(90)]
    soon = deal(100, approved=-10, close_on=at(5).date())
    june = Period(date(2030, 6, 1), date(2030, 7, 1))

    fresh, learnt = Timing([], at=NOW), Timing(late, at=NOW)

    assert fresh.chance(soon, at=NOW, period=MAY) > 0.3
    assert learnt.chance(soon, at=NOW, period=MAY) < 0.1 < 0.8 < learnt.chance(soon, at=NOW, period=june)
    assert (learnt.slip(0.5), fresh.slip(0.5)) == (40, None)
    past = Period(date(2030, 4, 1), date(2030, 5, 1))
    assert learnt.chance(soon, at=NOW, period=past) == 0


@pytest.mark.parametrize("close", [None, -90, 0, 10, 400])
def test_the_chances_of_all_periods_to_come_are_at_most_one(close):
    planned = None if close is None else at(close).date()
    open_ = deal(approved=-10, close_on=planned)
    timing, day, chances = Timing(history(3), at=NOW), NOW.date(), []
    for _ in range(60):
        period = period_of(day, "month")
        chances.append(timing.chance(open_, at=NOW, period=period))
        day = period.end

    assert all(0 < each < 1 for each in chances)
    assert 0.9 < sum(chances) <= 1.000001


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("horizon", ["month", "quarter"])
def test_the_parts_add_up_and_the_quantiles_stand_in_order(seed, horizon):
    deals = history(seed)
    period = period_of(NOW.date(), horizon)

    made = forecast(deals, at=NOW, period=period, horizon=horizon, priors=PRIORS)

    assert made == forecast(list(deals), at=NOW, period=period, horizon=horizon, priors=PRIORS)
    assert made.booked + made.pipeline + made.new_business == made.expected
    assert sum(each.expected for each in made.stages) == made.pipeline
    assert made.booked <= made.p10 <= made.p50 <= made.p90
    assert made.p10 <= made.expected <= made.p90
    assert all(0 < each.chance < 1 and 0 <= each.expected <= each.amount for each in made.stages)


def test_nothing_known_is_nothing_expected():
    made = forecast([], at=NOW, period=MAY, horizon="month", priors=PRIORS)

    assert (made.expected, made.p90, made.method, made.stages) == (0, 0, "none", ())
    assert back_test([], at=NOW, period=MAY, horizon="month", priors=PRIORS).mape is None


def test_the_past_is_tried_from_where_one_stood_to_it_as_now():
    past = past_periods(history(1), at=NOW, period=MAY, horizon="month")
    ahead = past_periods(history(1), at=NOW, period=Period(date(2030, 7, 1), date(2030, 8, 1)), horizon="month")

    assert (past[-1][0], past[-1][1].date()) == (Period(date(2030, 4, 1), date(2030, 5, 1)), date(2030, 4, 15))
    assert (ahead[-1][0].start, ahead[-1][1].date()) == (date(2030, 4, 1), date(2030, 2, 13))
    assert len(past) <= 36


@pytest.mark.parametrize("seed", range(3))
def test_a_back_test_says_how_wrong_it_would_have_been(seed):
    deals = history(seed)

    tested = back_test(deals, at=NOW, period=MAY, horizon="month", priors=PRIORS)

    assert len(tested.points) == 12
    assert [each.actual for each in tested.points] == [
        sum(d.net for d in deals if d.won_at and d.closed_on in each.forecast.period) for each in tested.points
    ]
    assert tested.wape == Fraction(
        sum(abs(each.actual - each.forecast.expected) for each in tested.points), sum(e.actual for e in tested.points)
    )
    assert 0 < tested.wape < 1
    assert 0.5 < tested.coverage <= 1


def test_a_funnel_counts_each_deal_once_a_stage_and_what_entered_it_is_accounted_for():
    def moves(*steps):
        return tuple(Move(at(day), old, new) for day, old, new in steps)

    deals = [
        won(
            1,
            approved=-10,
            closed=-1,
            moves=moves((-8, "first", "middle"), (-4, "middle", "last"), (-1, "last", "won")),
        ),
        lost(2, approved=-10, ended=-2, moves=moves((-6, "first", "middle"), (-2, "middle", "lost"))),
        deal(3, approved=-10, moves=moves((-9, "first", "middle"), (-7, "middle", "first")), stage="first"),
        lost(4, approved=-10, ended=-5),
    ]

    steps = funnel(deals, stages=list(PRIORS), at=NOW)

    assert [(s.stage, s.entered, s.here, s.advanced, s.won, s.ended) for s in steps] == [
        ("first", 4, 1, 2, 0, 1),
        ("middle", 3, 0, 2, 0, 1),
        ("last", 1, 0, 0, 1, 0),
    ]
    assert [s.rate for s in steps] == [Fraction(2, 3), Fraction(2, 3), Fraction(1)]
    assert all(s.entered == s.here + s.advanced + s.won + s.ended for s in steps)
    assert steps[2].seconds == 3 * 86_400

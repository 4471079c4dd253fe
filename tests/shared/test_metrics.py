"""What `/metrics` says of the requests that were answered."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.web.metrics import Metrics

Values = dict[tuple[str, str], float]


def shown(metrics: Metrics) -> Values:
    families = text_string_to_metric_families(metrics.shown().body.decode())
    return {
        (sample.name, sample.labels.get("le") or sample.labels.get("status") or ""): sample.value
        for family in families
        for sample in family.samples
        if sample.labels.get("operation") == "get_deal"
    }


@pytest.fixture(name="values")
def _values() -> Values:
    metrics = Metrics()
    for status, seconds in ((200, 0.0004), (200, 0.001), (404, 0.3), (503, 60.0)):
        metrics.served("deals", "get_deal", status, seconds)
    metrics.served("deals", "list_deals", 200, 0.02)
    return shown(metrics)


def test_requests_are_counted_by_operation_and_class_of_status(values: Values) -> None:
    assert {kind: values["prm_requests_total", kind] for kind in ("2xx", "4xx", "5xx")} == {
        "2xx": 2,
        "4xx": 1,
        "5xx": 1,
    }


@pytest.mark.parametrize(
    ("bound", "times"), [("0.001", 2), ("0.0025", 2), ("0.25", 2), ("0.5", 3), ("5.0", 3), ("+Inf", 4)]
)
def test_a_bucket_holds_all_that_took_no_longer_than_its_bound(values: Values, bound: str, times: int) -> None:
    assert values["prm_request_seconds_bucket", bound] == times


def test_how_often_and_how_long_in_all_is_told_too(values: Values) -> None:
    assert values["prm_request_seconds_count", ""] == 4
    assert values["prm_request_seconds_sum", ""] == pytest.approx(60.3014)

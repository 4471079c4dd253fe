"""What an endpoint gets, how it is signed, when it is tried again."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from gateway.webhooks import rules
from gateway.webhooks.egress import is_public

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event_type", "types", "wanted"),
    [
        ("deal.won.v1", [], True),
        ("deal.won.v1", ["deal.won.v1"], True),
        ("deal.won.v1", ["deal.*"], True),
        ("dealer.won.v1", ["deal.*"], False),
        ("deal.won.v1", ["deal.lost.v1", "lead.*"], False),
        ("deal.won.v10", ["deal.won.v1"], False),
    ],
)
def test_an_endpoint_gets_the_types_it_names_and_the_families_it_stars(event_type, types, wanted):
    assert rules.wants(event_type, types) is wanted


def test_a_delivery_is_signed_with_every_live_secret():
    body = '{"név":"Őrsi"}'.encode()
    header = rules.signature(message_id="evt_1", timestamp=1700000000, body=body, secrets=[b"new", b"old"])

    expected = [
        "v1," + base64.b64encode(hmac.new(secret, b"evt_1.1700000000." + body, hashlib.sha256).digest()).decode()
        for secret in (b"new", b"old")
    ]
    assert header.split(" ") == expected


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 30), (6, 3600), (10, 86_400), (25, 86_400)])
def test_the_pause_grows_from_five_seconds_to_a_day(attempts, seconds):
    again = rules.next_attempt(attempts=attempts, first_at=NOW, now=NOW, chance=0.0)
    assert again == NOW + timedelta(seconds=seconds)


def test_the_pauses_of_many_deliveries_are_spread_by_up_to_a_fifth():
    latest = rules.next_attempt(attempts=6, first_at=NOW, now=NOW, chance=0.999999)
    assert timedelta(seconds=3600) < latest - NOW <= timedelta(seconds=4320)


def test_after_five_days_of_failure_nobody_tries_any_more():
    assert rules.next_attempt(attempts=12, first_at=NOW - timedelta(days=5), now=NOW, chance=0.0) is None


@pytest.mark.parametrize(
    ("status", "received"), [(200, True), (204, True), (301, False), (410, False), (500, False), (None, False)]
)
def test_only_a_2xx_counts_as_received(status, received):
    assert rules.succeeded(status) is received


PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254 169.254.0.1
172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 64:ff9b:1::1 64:ff9b::7f00:1 100::1 ::ffff:8.8.8.8
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_inside_our_network_are_never_called(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_public_addresses_are_called(address):
    assert is_public(address)

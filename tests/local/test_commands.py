"""The command line: what is refused is refused in one line, before anything was started."""

import json
import os
import socket
import stat
from email.message import EmailMessage
from pathlib import Path

import asyncpg
import pytest

from deploy.cli.specification import RowShape
from deploy.local.diagnosis import skew
from deploy.local.postgres import EmbeddedPostgres
from shared import clock
from tests.local.started import prm


def one_line(text: str) -> str:
    """The single line that a refused command prints."""
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    return text.strip()


def test_a_taken_port_is_one_line_before_a_database_was_made(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        outcome = prm("up", "--port", str(port), "--data-dir", str(data_dir / "prm"))

    assert outcome.returncode == 1
    assert one_line(outcome.stderr) == (
        f"prm: Port {port} is taken by another program. Stop it, or choose another port with --port."
    )
    assert not (data_dir / "prm").exists()


@pytest.mark.parametrize(
    ("words", "settings", "line"),
    [
        (["up"], {"port": "0"}, "PRM_PORT cannot be used"),
        (["up", "--host", "192.0.2.1"], {"port": "18999"}, "does not have the address 192.0.2.1"),
        (["migrate"], {"database_url": "mysql://x"}, "PRM_DATABASE_URL cannot be used"),
        (["migrate"], {"database_url": "postgresql://a:b@127.0.0.1:1/x"}, "PRM_SECRET_KEY is not set"),
        (
            ["migrate"],
            {"database_url": "postgresql://a:b@127.0.0.1:1/x", "secret_key": "short"},
            "has 5 characters, too few",
        ),
        (["migrate"], {"database_url": "postgresql://a:b@127.0.0.1:1/x", "secret_key": "a" * 40}, "too easy to guess"),
        (["serve", "deals"], {}, "PRM_SECRET_KEY is not set"),
        (["import", "deals", "missing.csv"], {"api_key": "k"}, "Cannot read missing.csv"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    data_dir: Path, words: list[str], settings: dict[str, str], line: str
) -> None:
    outcome = prm(*words, data_dir=str(data_dir / "prm"), **settings)

    assert outcome.returncode == 1
    assert line in one_line(outcome.stderr)


def test_a_database_that_does_not_answer_is_named_without_its_password(data_dir: Path) -> None:
    outcome = prm(
        "migrate",
        data_dir=str(data_dir / "prm"),
        database_url="postgresql://admin:hunter2@127.0.0.1:1/prm",
        secret_key="0123456789abcdefghijklmnopqrstuvwxyz",
    )

    assert outcome.returncode == 1
    assert "Cannot reach the database at 127.0.0.1:1" in one_line(outcome.stderr)
    assert "hunter2" not in outcome.stderr + outcome.stdout


def test_a_data_directory_that_cannot_be_made_is_one_line() -> None:
    outcome = prm("up", "--data-dir", "/dev/null/prm", port="18998")

    assert outcome.returncode == 1
    assert one_line(outcome.stderr) == "prm: Cannot create the data directory /dev/null/prm: Not a directory."


def test_the_doctor_finds_nothing_wrong_with_a_new_installation(data_dir: Path) -> None:
    folder = data_dir / "prm"
    data_dir.chmod(0o711)

    outcome = prm("doctor", data_dir=str(folder))

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "✓ PostgreSQL 18" in outcome.stdout
    assert "✓ extensions available: pg_trgm, btree_gist, unaccent, citext" in outcome.stdout
    assert "No faults in" in outcome.stdout
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


async def test_the_doctor_names_what_is_wrong_with_a_server_and_fails(data_dir: Path) -> None:
    async with EmbeddedPostgres.temporary(settings={"max_connections": "20"}) as server:
        owner = await asyncpg.connect(server.url)
        await owner.execute("CREATE ROLE weak LOGIN")
        await owner.close()

        outcome = prm(
            "doctor",
            data_dir=str(data_dir / "prm"),
            database_url=server.url.replace("postgres@", "weak@"),
            secret_key="0123456789abcdefghijklmnopqrstuvwxyz",
        )

    assert outcome.returncode == 1
    assert "✗ weak may not make the roles and schemas that migrations need" in outcome.stdout
    assert 'ALTER ROLE "weak" CREATEROLE' in outcome.stdout
    assert "✗ fsync is off: a power cut can destroy the database" in outcome.stdout
    assert "! weak cannot back up: row-level security hides rows from it" in outcome.stdout
    assert "! the server allows only 20 connections" in outcome.stdout


@pytest.mark.parametrize(("seconds", "grade"), [(0, "well"), (2, "remark"), (-2, "remark"), (60, "fault")])
def test_a_clock_that_differs_is_a_remark_and_one_far_off_a_fault(seconds: float, grade: str) -> None:
    ours = clock.now()

    assert skew(before=ours, theirs=clock.business_time(int(seconds), wall=ours), after=ours).grade == grade


def test_mail_that_was_not_sent_can_be_listed_and_read(data_dir: Path) -> None:
    (data_dir / "mail").mkdir()
    for number, subject in enumerate(["You are invited", "Your deal was approved"]):
        message = EmailMessage()
        message["To"], message["Subject"] = "ann@acme.example", subject
        message.set_content(f"The text of: {subject}")
        (data_dir / "mail" / f"{number}.eml").write_bytes(message.as_bytes())

    listed, shown = prm("mail", data_dir=str(data_dir)).stdout, prm("mail", "2", data_dir=str(data_dir)).stdout

    assert listed.index("Your deal was approved") < listed.index("You are invited")
    assert "The text of: You are invited" in shown


def test_a_row_becomes_the_body_that_the_specification_asks_for() -> None:
    money = {"properties": {"amount": {"type": "integer"}, "currency": {"type": "string"}}}
    shape = RowShape(
        {
            "properties": {
                "amount": {"$ref": "#/components/schemas/Money"},
                "title": {"anyOf": [{"type": "null"}, {"type": "string"}]},
            }
        },
        {"Money": money},
    )

    body = shape.body({"title": "007", "amount.amount": "125000", "amount.currency": "EUR", "customer.name": ""})

    assert body == {"title": "007", "amount": {"amount": 125000, "currency": "EUR"}}
    with pytest.raises(ValueError, match=r"column amount.amount needs a value of type integer"):
        shape.body({"amount.amount": "much"})


def test_an_import_without_a_running_system_says_so(data_dir: Path) -> None:
    rows = data_dir / "deals.csv"
    rows.write_text("title\nOne\n")
    (data_dir / "demo.json").write_text(json.dumps({"api_key": "k", "base_url": "http://127.0.0.1:1"}))

    outcome = prm("import", "deals", str(rows), data_dir=str(data_dir))

    assert outcome.returncode == 1
    assert "PRM does not answer at http://127.0.0.1:1" in outcome.stderr
    assert os.listdir(data_dir).count("deals.refused.csv") == 0

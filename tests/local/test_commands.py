"""The command line: what is refused is refused in one line, before anything was started."""

import re
import socket
import stat
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
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


async def test_mail_that_was_not_sent_can_be_listed_and_read_while_the_system_runs(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir / "postgres", fast=True) as server:
        owner = await asyncpg.connect(server.url)
        await owner.execute(
            "CREATE SCHEMA gateway CREATE TABLE outgoing_mails (id text, tenant_id text, recipient text, purpose text,"
            " subject text, body text, created_at timestamptz DEFAULT clock_timestamp());"
            "INSERT INTO gateway.outgoing_mails VALUES ('1', 't', 'ann@acme.example', 'invitation', 'Welcome', 'Your link');"
            "INSERT INTO gateway.outgoing_mails VALUES ('2', 't', 'bob@acme.example', 'invitation', 'Approved', 'A deal')"
        )
        await owner.close()

        listed, shown = prm("mail", data_dir=str(data_dir)), prm("mail", "1", "--to", "ann@", data_dir=str(data_dir))

    assert listed.stdout.index("Approved") < listed.stdout.index("Welcome")
    assert "To: ann@acme.example" in shown.stdout
    assert "Your link" in shown.stdout


def test_mail_before_the_first_start_says_what_to_do(data_dir: Path) -> None:
    outcome = prm("mail", data_dir=str(data_dir))

    assert outcome.returncode == 1
    assert "Start it once with `prm up`" in one_line(outcome.stderr)


def test_every_command_is_found_with_its_help_and_another_word_is_refused() -> None:
    typed = CliRunner()
    named = re.findall(r"^│ ([a-z][a-z-]*) {2,}\S", typed.invoke(app, ["--help"]).stdout, re.MULTILINE)

    assert {"up", "serve", "migrate", "demo", "audit", "tenants", "verify", "draft-migration"} <= set(named)
    for name in named:
        assert f"Usage: prm {name} " in typed.invoke(app, [name, "--help"]).stdout
    refused = typed.invoke(app, ["upp"])
    assert refused.exit_code == 2
    assert "No such command 'upp'" in refused.stderr

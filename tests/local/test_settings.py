"""Settings: what is set wrongly is named, and secrets of one installation never change by themselves."""

from pathlib import Path

import pytest

from deploy.local.errors import StartError
from deploy.local.secret import make_data_dir, with_secret
from shared.db.provision import role_password
from shared.settings import SettingsRefused, load_settings

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from this machine."""
    import os

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PRM_")]:
        monkeypatch.delenv(name)


def test_a_secret_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)

    first, second = with_secret(settings).secret(), with_secret(settings).secret()

    assert first == second
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_an_external_installation_has_to_bring_a_secret_of_its_own(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="postgresql://admin@db/prm")

    with pytest.raises(SettingsRefused, match="PRM_SECRET_KEY is not set"):
        with_secret(settings)

    assert list(tmp_path.iterdir()) == []


def test_each_service_logs_in_under_its_own_role_and_a_password_that_only_the_key_gives() -> None:
    settings = load_settings(database_url="postgresql://admin:pw@db:5433/prm?sslmode=require", secret_key=KEY)

    url = settings.database_url_of("deals", role="prm_deals_app")

    assert url == f"postgresql://prm_deals_app:{role_password(KEY, 'prm_deals_app')}@db:5433/prm?sslmode=require"
    assert role_password(KEY, "prm_deals_app") != role_password(KEY + "x", "prm_deals_app")


def test_the_address_of_one_service_can_be_set_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRM_DEALS_DATABASE_URL", "postgresql://someone@elsewhere/deals")
    settings = load_settings(database_url="postgresql://admin@db/prm", secret_key=KEY)

    assert settings.database_url_of("deals", role="prm_deals_app") == "postgresql://someone@elsewhere/deals"
    assert "@db/prm" in settings.database_url_of("leads", role="prm_leads_app")


def test_secrets_do_not_appear_where_settings_are_printed() -> None:
    settings = load_settings(database_url="postgresql://admin:hunter2@db/prm", secret_key=KEY)

    assert "hunter2" not in repr(settings)
    assert KEY not in repr(settings)


def test_a_data_directory_that_anybody_may_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(StartError, match="Anybody may write to the data directory"):
        make_data_dir(load_settings(data_dir=tmp_path))

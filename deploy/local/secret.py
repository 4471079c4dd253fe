"""The secret key of an installation that runs on its own: made once, kept beside the data."""

import os
import secrets
import stat
from pathlib import Path

from pydantic import SecretStr

from deploy.local.errors import StartError, of_os_error
from shared.settings import Settings

_FILE = "secret.key"


def with_secret(settings: Settings) -> Settings:
    """The settings with a usable secret key; an external installation has to bring its own, or SettingsRefused is raised."""
    if settings.external or settings.secret_key is not None:
        settings.secret()
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_kept_secret(settings.data_dir / _FILE))})


def make_data_dir(settings: Settings) -> Path:
    """Create the data directory when it is absent; StartError when it cannot be used or when anybody may write to it."""
    path = settings.data_dir
    try:
        path.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode
    except OSError as problem:
        raise of_os_error(problem, path=path, doing="create the data directory") from problem
    if not os.access(path, os.W_OK | os.X_OK):
        raise of_os_error(PermissionError(), path=path, doing="write to")
    if mode & stat.S_IWOTH:
        raise StartError(f"Anybody may write to the data directory {path}. Take that right away: chmod o-w {path}")
    return path


def _kept_secret(path: Path) -> str:
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        kept = path.read_text().strip()
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as problem:
        raise of_os_error(problem, path=path, doing="keep the secret key in") from problem
    if not kept:
        raise StartError(f"The secret key in {path} is empty. Put the file back from a backup.")
    return kept


def _write_once(path: Path, text: str) -> None:
    """Write a private file that is whole or absent; when two start at once, the first one's stays."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(handle)
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()

"""What can be set from outside: environment variables with the prefix `PRM_`, or the same names in a file `.env`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.db.provision import url_as

SHORTEST_SECRET = 32


class SettingsRefused(Exception):
    """A setting is missing or unusable; the message is one line that names it and says what to set."""


class Settings(BaseSettings):
    """The settings that every part shares. Without a `database_url` PRM runs on its own, with an embedded database."""

    model_config = SettingsConfigDict(
        env_prefix="PRM_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str | None, Field(pattern=r"^postgres(ql)?://", repr=False)] = None
    secret_key: SecretStr | None = None
    data_dir: Path = Path(".prm")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    inner_port: Annotated[int, Field(ge=1, le=65535)] = 8090
    public_url: Annotated[str | None, Field(pattern=r"^https?://[^/]+$")] = None
    environment: Literal["development", "production"] = "development"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    # Units a minute: a read costs 1, a write 5, a heavy operation what it declares; 0 is no limit.
    limit_per_key: Annotated[int, Field(ge=0)] = 12_000
    limit_per_tenant: Annotated[int, Field(ge=0)] = 120_000
    limit_per_address: Annotated[int, Field(ge=0)] = 1_200
    replicas: Annotated[int, Field(ge=1)] = 1
    # Addresses of proxies in front, separated by commas, whose X-Forwarded-For names the client.
    trusted_proxies: str = ""
    # Whether answers are packed for clients that take it; a proxy in front may do that as well.
    compression: bool = True
    # Which requests `/v1/request-logs` shows: writes and refusals, reads as well, or none.
    request_log: Literal["off", "writes", "all"] = "writes"
    # Origins of portals in browsers, separated by commas; `*` is every one.
    allowed_origins: str = "*"

    @property
    def external(self) -> bool:
        """Whether the database is a server of the operator's own rather than the embedded one."""
        return self.database_url is not None

    @property
    def base_url(self) -> str:
        """The address clients use, without a slash at the end."""
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else self.host
        return self.public_url or f"http://{shown}:{self.port}"

    def admin_url(self) -> str:
        """The address of the database for migrations; raises SettingsRefused when it is not set."""
        if self.database_url is None:
            raise SettingsRefused("PRM_DATABASE_URL is not set: give the address of a PostgreSQL, version 15 to 18.")
        return self.database_url

    def secret(self) -> str:
        """The key all other secrets derive from; raises SettingsRefused when it is absent or shorter than 32 characters."""
        value = self.secret_key.get_secret_value() if self.secret_key else ""
        if not value:
            raise SettingsRefused(f"PRM_SECRET_KEY is not set: give {_HOW_TO_MAKE_A_SECRET}")
        if len(value) < SHORTEST_SECRET:
            raise SettingsRefused(f"PRM_SECRET_KEY has {len(value)} characters, too few: give {_HOW_TO_MAKE_A_SECRET}")
        if len(set(value)) < 8:
            raise SettingsRefused(f"PRM_SECRET_KEY is too easy to guess: give {_HOW_TO_MAKE_A_SECRET}")
        return value

    def database_url_of(self, service: str, *, role: str) -> str:
        """The address under which a service logs in as `role`: `PRM_<SERVICE>_DATABASE_URL`, or derived from the admin's."""
        own = _of_service(service).database_url
        return own or url_as(self.admin_url(), role, secret_key=self.secret())

    def url_of(self, service: str) -> str | None:
        """Where a service answers when it runs as a process of its own, `PRM_<SERVICE>_URL`; None when it is not set."""
        return _of_service(service).url


_HOW_TO_MAKE_A_SECRET = f"at least {SHORTEST_SECRET} random characters, such as those of `openssl rand -base64 48`."


class _ServiceSettings(BaseSettings):
    """The settings that exist once per service; the prefix is given on reading."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    database_url: Annotated[str | None, Field(pattern=r"^postgres(ql)?://", repr=False)] = None
    url: Annotated[str | None, Field(pattern=r"^(https?|unix)://")] = None


def load_settings(**given: Any) -> Settings:
    """Read the settings; values given here that are not None win. Raises SettingsRefused naming the first wrong one."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as problem:
        raise _refused(problem, prefix="PRM_") from None


def _of_service(service: str) -> _ServiceSettings:
    prefix = f"PRM_{service.upper()}_"
    try:
        return _ServiceSettings(_env_prefix=prefix)  # type: ignore[call-arg]
    except ValidationError as problem:
        raise _refused(problem, prefix=prefix) from None


def _refused(problem: ValidationError, *, prefix: str) -> SettingsRefused:
    first = problem.errors(include_input=False, include_url=False)[0]
    name = prefix + "_".join(str(part) for part in first["loc"]).upper()
    return SettingsRefused(f"{name} cannot be used: {first['msg']}.")

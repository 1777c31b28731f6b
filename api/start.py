"""What is wrong with the settings, in sentences for the operator, before anybody is served."""

import os

from pydantic import ValidationError

from api.settings import Settings
from storage.errors import StorageError, UnsafeEnvironment


class StartRefused(RuntimeError):
    """The service must not start like this; the sentence says what to do."""


def check_start(settings: Settings) -> None:
    """Return when the service may start. Raises `StartRefused`."""
    if settings.production and settings.identity == "open":
        raise StartRefused(
            "GOODREP_PRODUCTION is set, but nobody is asked who they are: everybody could read everything. "
            "Set GOODREP_IDENTITY=firebase."
        )
    if settings.identity == "firebase" and not settings.project:
        raise StartRefused("GOODREP_IDENTITY=firebase needs the project's id in GOODREP_FIREBASE_PROJECT.")
    if settings.production:
        from storage.firebase.project import check_environment  # the embedded service does without Google's libraries

        try:
            check_environment(production=True)
        except UnsafeEnvironment as error:
            raise StartRefused(str(error)) from error
    elif settings.identity == "firebase" and settings.firebase_check_revoked:
        _look_for_credentials()


def _look_for_credentials() -> None:
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    if os.environ.get("FIREBASE_AUTH_EMULATOR_HOST"):
        return  # it wants none
    try:
        google.auth.default()
    except (GoogleAuthError, OSError, ValueError) as error:
        raise StartRefused(
            "Whether a login was revoked cannot be asked without Google credentials. Set "
            "GOOGLE_APPLICATION_CREDENTIALS to the path of a service account's key file, or "
            "GOODREP_FIREBASE_CHECK_REVOKED=false."
        ) from error


def settings_or_exit() -> Settings:
    """The settings of the environment; ends the process with a sentence where it must not start with them."""
    try:
        settings = Settings()
        check_start(settings)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "_".join(("GOODREP", *map(str, first["loc"]))).upper() if first["loc"] else "Settings"
        raise SystemExit(f"goodrep does not start. {name}: {first['msg']}.") from error
    except (StartRefused, StorageError) as error:
        raise SystemExit(f"goodrep does not start. {error}") from error
    return settings

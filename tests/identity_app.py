"""The API as production starts it, but for the addresses at which Google's servers are: gunicorn loads this in tests.

The vendor's library has no setting for them. They are changed before its first use, and nothing else is.
"""

import os

from firebase_admin import _token_gen, _user_mgt
from flask_openapi3.openapi import OpenAPI

import api


def create_app() -> OpenAPI:
    """The application, asking `tests.standins.identity`."""
    ask(os.environ["TEST_IDENTITY_URL"])
    return api.create_app()


def ask(url: str) -> None:
    """Let the vendor's library ask the server there from now on."""
    _token_gen.ID_TOKEN_CERT_URI = f"{url}/certs"
    _user_mgt.UserManager.ID_TOOLKIT_URL = f"{url}/v1"

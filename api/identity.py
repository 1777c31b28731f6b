"""What a request may show: a Firebase ID token, or a service's API key. One of them, and never in the address."""

from flask import Request

from api.auth import Caller, Identify, everyone
from api.errors import ApiError
from api.settings import Settings
from storage.access import KEY_PREFIX, RedisAccess


def identify_by(settings: Settings, access: RedisAccess) -> Identify:
    """How this service tells who sent a request."""
    if settings.identity == "open":
        return everyone
    from api.id_tokens import FirebaseTokens  # the open service does without Google's libraries

    tokens = FirebaseTokens(settings)

    def identify(request: Request) -> Caller:
        proof = proof_of(request)
        if not proof:
            raise ApiError("unauthorized", "Please log in: send 'Authorization: Bearer <Firebase ID token>'.")
        if not proof.startswith(KEY_PREFIX):
            return tokens.caller(proof)
        key = access.find_key(proof)
        if key is None:
            raise ApiError("api_key_invalid", "The API key is unknown, revoked or expired.")
        return Caller(key.users, proof=f"api_key {key.id}")

    return identify


def proof_of(request: Request) -> str:
    """The token or key that the request shows, or "".

    Raises:
        ApiError: `unauthorized` for a proof of another kind, or for two: it would be unclear who is asking.
    """
    key, header = request.headers.get("X-API-Key", ""), request.headers.get("Authorization", "")
    if key and header:
        raise ApiError("unauthorized", "Please send either an API key or a login, not both.")
    if key:
        if not key.startswith(KEY_PREFIX):
            raise ApiError("api_key_invalid", "The API key is unknown, revoked or expired.")
        return key
    scheme, _, token = header.partition(" ")
    if header and (scheme.casefold() != "bearer" or not token.strip()):
        raise ApiError("unauthorized", "The Authorization header must be 'Bearer <Firebase ID token>'.")
    return token.strip()

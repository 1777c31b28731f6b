"""Links that Google signs: made with a real key, and checked by hand, since no stand-in checks them."""

import hashlib
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from storage import Storage, open_storage
from storage.errors import InvalidKey
from tests.standins.identity import IdentityServer, private_key

KEY = "temp/image/jane@example.com/exercise_Push Up_2305092259/스쿼트.jpg"


@pytest.fixture
def storage(
    firebase_url: str,
    own_identity: IdentityServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Storage:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(own_identity.credentials()))
    return open_storage(firebase_url)


def test_a_link_is_signed_by_the_service_account_and_short_lived(storage: Storage) -> None:
    link = storage.objects.link(KEY, lifetime_s=600, filename="best 1.jpg")
    assert link is not None
    parts = urlsplit(link)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query["X-Goog-Expires"] == "600"
    assert query["response-content-disposition"] == "inline; filename*=UTF-8''best%201.jpg"
    assert query["X-Goog-Credential"].startswith("goodrep@demo-goodrep.iam.gserviceaccount.com/")
    # https://cloud.google.com/storage/docs/authentication/canonical-requests
    unsigned = parts.query.rpartition("&X-Goog-Signature=")[0]
    canonical = "\n".join(["GET", parts.path, unsigned, f"host:{parts.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = query["X-Goog-Credential"].partition("/")[2]
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["GOOG4-RSA-SHA256", query["X-Goog-Date"], scope, digest])
    key = private_key("service account").public_key()
    key.verify(bytes.fromhex(query["X-Goog-Signature"]), to_sign.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_a_link_leads_to_the_object_and_to_parts_of_it(storage: Storage) -> None:
    storage.objects.upload_stream(io.BytesIO(b"0123456789"), KEY, "image/jpeg", 100)
    link = storage.objects.link(KEY, lifetime_s=600, filename="best1.jpg")
    assert link is not None
    assert httpx.get(link).content == b"0123456789"
    part = httpx.get(link, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")


def test_a_link_lives_a_week_at_most(storage: Storage) -> None:
    link = storage.objects.link(KEY, lifetime_s=1e9, filename="x")
    assert link is not None
    assert "X-Goog-Expires=604800" in link


def test_a_link_to_no_path_is_refused(storage: Storage) -> None:
    with pytest.raises(InvalidKey):
        storage.objects.link("../x", lifetime_s=1, filename="x")


def test_who_cannot_sign_gives_no_link(firebase_url: str, tmp_path: Path) -> None:
    assert open_storage(firebase_url).objects.link(KEY, lifetime_s=600, filename="x") is None
    assert open_storage(f"local://{tmp_path}").objects.link(KEY, lifetime_s=600, filename="x") is None

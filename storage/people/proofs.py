"""The proof of an erasure: what was removed, when, and by whom it was asked, signed by this house.

The signature is an HMAC-SHA256 (RFC 2104) over the proof without its signature, as JSON with sorted names, without
spaces, in UTF-8. The key is derived from the house's secret, so that it signs nothing else. A proof holds names and
checksums of what was removed, and nothing of the content.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

ALGORITHM = "HMAC-SHA256"
_PURPOSE = b"goodrep.proof-of-erasure.1"


def signed(proof: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """The proof with its `signature`."""
    bare = {name: value for name, value in proof.items() if name != "signature"}
    return {**bare, "signature": {"algorithm": ALGORITHM, "value": _signature(bare, secret)}}


def is_genuine(proof: Mapping[str, Any], secret: str) -> bool:
    """Whether this house signed exactly this."""
    match proof.get("signature"):
        case {"algorithm": str(algorithm), "value": str(value)} if algorithm == ALGORITHM:
            bare = {name: each for name, each in proof.items() if name != "signature"}
            return hmac.compare_digest(value.encode(), _signature(bare, secret).encode())
        case _:
            return False


def _signature(proof: Mapping[str, Any], secret: str) -> str:
    key = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
    text = json.dumps(proof, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

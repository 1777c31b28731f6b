"""JSON of requests as Python's reader has it, without the one error of which Flask does not think."""

from typing import Any

from flask.json.provider import DefaultJSONProvider


class JsonReader(DefaultJSONProvider):
    """What is nested beyond Python's recursion limit is bad JSON, not a failure of ours."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Raises `ValueError`, as Flask expects it of bad JSON."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None

"""The OpenAPI document: valid, and as complete as the routes."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from openapi_spec_validator import validate

from api import create_app
from api.errors import STATUS_OF_CODE
from api.settings import Settings


@pytest.fixture
def app(tmp_path: Path) -> OpenAPI:
    return create_app(Settings(volumes=tmp_path))


@pytest.fixture
def document(app: OpenAPI) -> dict[str, Any]:
    document: dict[str, Any] = app.test_client().get("/openapi/openapi.json").get_json()
    return document


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_it_describes_every_route_and_no_other(app: OpenAPI, document: dict[str, Any]) -> None:
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/openapi") and rule.rule != "/docs"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routes


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    names = set()
    for path, item in document["paths"].items():
        shape = "DanceError" if path == "/analyze" else "ErrorReply"
        for operation in item.values():
            assert operation["summary"]
            names.add(operation["operationId"])
            for status, response in operation["responses"].items():
                if status >= "400":
                    schema = response["content"]["application/json"]["schema"]
                    assert schema == {"$ref": f"#/components/schemas/{shape}"}
    assert len(names) == sum(len(item) for item in document["paths"].values())


def test_every_status_of_the_table_is_a_refusal() -> None:
    assert all(400 <= status < 600 for status in STATUS_OF_CODE.values())


OF_NOBODY = {"/health", "/ready", "/hello", "/clean", "/v1/exercises", "/v1/proofs/check"}


def test_every_operation_says_what_proof_it_wants(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert {name: (each["type"], each["in"] if "in" in each else each["scheme"]) for name, each in schemes.items()} == {
        "login": ("http", "bearer"),
        "api_key": ("apiKey", "header"),
        "link": ("apiKey", "query"),
    }
    for path, item in document["paths"].items():
        for operation in item.values():
            wanted = operation.get("security", [])
            assert bool(wanted) == (path not in OF_NOBODY), path
            assert ("401" in operation["responses"]) == bool(wanted), path
    files = document["paths"]["/v1/analyses/{job_id}/files/{name}"]["get"]
    assert {"link": []} in files["security"]
    legacy = document["paths"]["/download_and_analyze"]["post"]
    assert {} in legacy["security"]
    assert "429" in legacy["responses"]

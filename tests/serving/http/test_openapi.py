"""The OpenAPI document: valid, true, and held against the service by schemathesis."""

import json

import jsonschema
import openapi_spec_validator
import pytest
import schemathesis
from gaihe.serving.recognition.detection import FIELDS
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks

from tests.serving.http import example_requests

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(service):
    return service.ask("/openapi.json")[2]


def test_the_document_is_valid(document):
    openapi_spec_validator.validate(document)


def test_every_example_is_what_the_service_answers(service, document):
    written = json.loads(example_requests.FILE.read_text(encoding="utf-8"))
    assert example_requests.examples(service.ask) == written, "write them anew: python -m " + example_requests.__name__
    for action, examples in written.items():
        content = document["paths"][f"/v1/{action}"]["post"]["requestBody"]["content"]["application/json"]
        assert {name: one["value"] for name, one in content["examples"].items()} == {
            name: one["request"] for name, one in examples.items()
        }


def test_an_empty_list_of_types_does_not_fit(document):
    for name in ("DetectRequest", "JudgeRequest", "RedactRequest"):
        schema = document["components"]["schemas"][name]
        validator = jsonschema.Draft202012Validator(schema)
        assert validator.is_valid({"text": "a", "types": ["PHONE"]})
        assert not validator.is_valid({"text": "a", "types": []})


def test_keys_and_policies_fit_where_the_service_takes_them(service, document):
    schema = document["components"]["schemas"]["RedactRequest"]
    validator = jsonschema.Draft202012Validator(schema)
    own = {"operator": "label", "brackets": "[]", "keep": ["a"], "thresholds": {"NAME": 0.5}, "types": {"NAME": False}}
    for fields, fits in (
        ({"key": "密钥密钥密钥"}, True),
        ({"key": "abc"}, False),
        ({"policy": own | {"name": "own", "version": "1", "threshold": 0.5, "operators": {"NAME": "bar"}}}, True),
        ({"policy": {"operater": "label"}}, False),
        ({"policy": {"keep": [""]}}, False),
        ({"policy": {"keep": ["a"] * 1_001}}, False),
        ({"policy": {"thresholds": {"NAME": 2}}}, False),
        ({"policy": {"types": {"NAME": 1}}}, False),
    ):
        body = {"text": "a"} | fields
        assert validator.is_valid(body) == fits == (service.ask("/v1/redact", body)[0] == 200), fields


def test_an_entity_has_the_fields_that_detection_gives(document):
    assert set(document["components"]["schemas"]["Entity"]["properties"]) == set(FIELDS)


def test_what_may_be_refused_is_listed(document):
    assert "409" in document["paths"]["/v1/judge"]["post"]["responses"]
    assert all("431" in one["responses"] for methods in document["paths"].values() for one in methods.values())


def test_examples_fit_their_schemas(document):
    for path, methods in document["paths"].items():
        if "post" not in methods:
            continue
        for content in (methods["post"]["requestBody"], methods["post"]["responses"]["200"]):
            content = content["content"]["application/json"]
            schema = content["schema"] | {"components": document["components"]}
            assert content["examples"], path
            for example in content["examples"].values():
                jsonschema.Draft202012Validator(schema).validate(example["value"])


def test_every_path_of_the_document_is_answered(service, document):
    for path, methods in document["paths"].items():
        status = service.ask(path)[0] if "get" in methods else service.ask(path, {})[0]
        assert status == (200 if "get" in methods else 422), path


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_of_schemathesis_is_a_server_error(service, mode):
    document = schemathesis.openapi.from_url(f"{service.address}/openapi.json")
    for result in document.get_all_operations():
        operation = result.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not operation.body:
            continue

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def holds(case):
            case.call_and_validate(checks=CHECKS)

        holds()

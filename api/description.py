"""The OpenAPI description: one document a language, with examples that are real answers."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.models import Error
from api.parameters import Parameter
from api.texts import text, text_or

EXAMPLES = Path(__file__).with_name("examples")
IN_CSV = ("data", "revisions", "changes")
OF_CELLS = ("data", "revisions")
"""The addresses that take the dimensions of a dataflow as parameters."""
FAILURES = {
    404: "No dataflow, release or address of that name",
    422: "A parameter that is unknown or cannot be read",
    500: "A fault of the service",
    503: "The database does not answer",
}


def describe(
    operation: str, shape: type[BaseModel], known: Collection[Parameter]
) -> dict[str, Any]:
    """What FastAPI is told of an address: its name, the shape of its answer, its parameters."""
    content: dict[str, Any] = {"application/json": {}}
    if operation in IN_CSV:
        content["text/csv"] = {"schema": {"type": "string"}}
    failures = {status: {"model": Error, "description": said} for status, said in FAILURES.items()}
    described = [_parameter(p) for p in known]
    if operation in OF_CELLS:
        described[:0] = [FREQUENCY, DIMENSIONS]
    if operation == "explain":
        described[:0] = [DIMENSIONS]
        described[1]["required"] = True
    return {
        "operation_id": operation,
        "response_model": shape,
        "responses": {200: {"content": content}, **failures},
        "openapi_extra": {"parameters": described},
    }


@cache
def example(operation: str) -> Mapping[str, Any]:
    """A request and the answer it got: ``{"request": "/v1/...", "answer": {...}}``."""
    read: Mapping[str, Any] = json.loads((EXAMPLES / f"{operation}.json").read_text("utf-8"))
    return read


FREQUENCY = {
    "name": "freq",
    "in": "query",
    "schema": {"type": "string", "pattern": "^(all|[MQA](,[MQA])*)$"},
}
DIMENSIONS = {
    "name": "dimension",
    "in": "query",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {"ref_area": "MA,MA-06"},
}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {"name": parameter.name, "in": "query", "schema": dict(parameter.schema)}


def openapi_document(app: FastAPI, lang: str) -> dict[str, Any]:
    """The description of `app` with its words in `lang`."""
    document = get_openapi(
        title=f"SIMIMO – {text('institution', lang)}",
        version=app.version,
        summary=text("system_name", lang),
        description=text("api_description", lang),
        routes=app.routes,
    )
    for addresses in document["paths"].values():
        for operation in addresses.values():
            _say(operation, lang)
    return document


def _say(operation: dict[str, Any], lang: str) -> None:
    operation_id = operation["operationId"]
    operation["summary"] = text(f"operation_{operation_id}", lang)
    operation["x-example-request"] = example(operation_id)["request"]
    # Given after the framework's own pass, which would drop every null of an example.
    for status, response in operation["responses"].items():
        shown = operation_id if status == "200" else "error"
        response["content"]["application/json"]["example"] = example(shown)["answer"]
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        parameter["description"] = text_or(f"parameter_{name}", lang, name)
        parameter.get("schema", {}).pop("title", None)

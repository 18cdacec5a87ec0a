"""Stripe's contract: what a request may say, and what a response or an event must look like.

The names, types and enumerations come from `data/spec.json.gz`; `data/overlay.json` says how the
pinned API version differs from it. A request is decoded from Stripe's form dialect, checked and
converted to Python types here, so that the endpoints can rely on what they get.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

type Schema = dict[str, Any]

DATA = Path(__file__).parent / "data"
JSON_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
PLAIN: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
INDEX = re.compile(r"\[\d+\]")


class Problem(NamedTuple):
    """One thing that is wrong with a request, in the words Stripe would use."""

    param: str | None
    code: str | None
    message: str


class Operation(NamedTuple):
    """One endpoint of the contract."""

    method: str
    template: str
    pattern: re.Pattern[str]
    request: Schema
    response: Schema
    added: frozenset[str]
    removed: frozenset[str]
    enums: Mapping[str, list[str]]


class _Object(NamedTuple):
    """An object's schema, prepared. `plain` has the types that need no further check."""

    properties: dict[str, Schema]
    extra: Any
    required: tuple[str, ...]
    plain: dict[str, set[type]]


class _Union(NamedTuple):
    """An `anyOf`, prepared so that a value rarely has to be tried against every alternative."""

    nullable: bool
    string: Schema | None
    by_object: dict[str, list[Schema]]
    alternatives: list[Schema]


class Contract:
    """The contract at one API version."""

    def __init__(self, spec: dict[str, Any], overlay: dict[str, Any]) -> None:
        self.version: str = overlay["api_version"]
        self.schemas: dict[str, Schema] = spec["components"]["schemas"]
        self._resolve(spec, set())
        self._unions: dict[int, _Union] = {}
        self._prepared: dict[int, _Object] = {}
        self.objects: dict[str, Schema] = {}
        for name, schema in self.schemas.items():
            kind = _object_name(schema)
            if kind and kind in (name, schema.get("x-resourceId")):
                self.objects[kind] = schema
        self._fixed: dict[tuple[str, str], Operation] = {}
        self._patterns: list[Operation] = []
        for path, item in spec["paths"].items():
            for method in ("get", "post", "delete"):
                if method in item:
                    changes = overlay["operations"].get(f"{method} {path}", {})
                    self._add_operation(method, path, item[method], changes)
        self.event_types = self._event_types(spec, overlay)

    def _resolve(self, node: Any, seen: set[int]) -> None:
        """Replace references by what they refer to, once, so that checks need no look-up."""
        if id(node) in seen or not isinstance(node, dict | list):
            return
        seen.add(id(node))
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, dict) and "$ref" in value:
                node[key] = self.schemas[value["$ref"].rsplit("/", 1)[1]]
            self._resolve(node[key], seen)

    def _add_operation(
        self, method: str, path: str, op: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        forms = op.get("requestBody", {}).get("content", {}).values()
        body: Schema = next((form["schema"] for form in forms), {})
        properties = dict(body.get("properties", {}))
        required = list(body.get("required", []))
        for parameter in op.get("parameters", []):
            if parameter["in"] == "query":
                properties[parameter["name"]] = parameter["schema"]
                required += [parameter["name"]] if parameter.get("required") else []
        content = op["responses"]["200"].get("content", {}).get("application/json", {})
        operation = Operation(
            method,
            path,
            re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"),
            {"type": "object", "properties": properties, "required": required},
            content.get("schema", {}),
            frozenset(changes.get("added", [])),
            frozenset(changes.get("removed", [])),
            changes.get("enums", {}),
        )
        if "{" in path:
            self._patterns.append(operation)
        else:
            self._fixed[method, path] = operation

    @staticmethod
    def _event_types(spec: dict[str, Any], overlay: dict[str, Any]) -> frozenset[str]:
        endpoint = "/v1/webhook_endpoints"
        forms = spec["paths"][endpoint]["post"]["requestBody"]["content"].values()
        known = next(iter(forms))["schema"]["properties"]["enabled_events"]["items"]["enum"]
        newer = overlay["operations"][f"post {endpoint}"]["enums"]["enabled_events[]"]
        return frozenset([*known, *newer]) - {"*"}

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation behind a URL and the values of the URL's placeholders."""
        method = method.lower()
        fixed = self._fixed.get((method, path))
        if fixed:
            return fixed, {}
        for operation in self._patterns:
            if operation.method == method and (match := operation.pattern.match(path)):
                return operation, match.groupdict()
        return None

    # Requests -----------------------------------------------------------------------------

    def check_request(
        self, operation: Operation, params: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """The parameters in Python types, and everything that Stripe would refuse."""
        check = _RequestCheck(operation, self.version)
        typed = check.value(operation.request, params, "")
        return (typed if isinstance(typed, dict) else {}), check.problems

    # Responses and events -------------------------------------------------------------------

    def check_response(self, operation: Operation, body: Any) -> list[str]:
        """What is wrong with a successful response."""
        return self.check(operation.response, body)

    def check_event(self, event: dict[str, Any]) -> list[str]:
        """What is wrong with an event, the object it carries included."""
        out = self.check(self.objects["event"], event)
        if event.get("type") not in self.event_types:
            out.append(f"$.type: {event.get('type')!r} is not a Stripe event type")
        return out + self.check_object((event.get("data") or {}).get("object"), "$.data.object")

    def check_object(self, value: Any, at: str = "$") -> list[str]:
        """What is wrong with one Stripe object, by its own `object` name."""
        kind = value.get("object") if isinstance(value, dict) else None
        schema = self.objects.get(str(kind))
        return self.check(schema, value, at) if schema else [f"{at}: no schema for {kind!r}"]

    def check(self, schema: Schema, value: Any, at: str = "$") -> list[str]:
        """Compare a JSON value with a schema; an empty list means that it fits."""
        if value is None:
            allowed = not schema or schema.get("nullable")
            if not allowed and "anyOf" in schema:
                allowed = self._union(schema).nullable
            return [] if allowed else [f"{at}: is null"]
        if "anyOf" in schema:
            return self._check_union(self._union(schema), value, at)
        kind = schema.get("type")
        if kind == "object" or (kind is None and "properties" in schema):
            return self._check_object(schema, value, at)
        if kind == "array":
            if not isinstance(value, list):
                return [f"{at}: {type(value).__name__} is not an array"]
            items = schema["items"]
            return [
                problem
                for place, item in enumerate(value)
                for problem in self.check(items, item, f"{at}[{place}]")
            ]
        if kind in JSON_KINDS and (
            not isinstance(value, JSON_KINDS[kind])
            or (kind in ("integer", "number") and isinstance(value, bool))
        ):
            return [f"{at}: {value!r} is not a {kind}"]
        names = schema.get("enum")
        if names and value not in names and not schema.get("x-stripeBypassValidation"):
            return [f"{at}: {value!r} is not one of {names[:10]}"]
        return []

    def _check_object(self, schema: Schema, value: Any, at: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{at}: {type(value).__name__} is not an object"]
        prepared = self._prepared.get(id(schema)) or self._prepare(schema)
        plain, properties, extra = prepared.plain, prepared.properties, prepared.extra
        out = [
            f"{at}.{name}: required property is missing"
            for name in prepared.required
            if name not in value
        ]
        for name, inner in value.items():
            # Most values are null or plain; going through check() for each is half the cost.
            if name in plain and type(inner) in plain[name]:
                continue
            known = properties.get(name)
            if known is not None:
                out += self.check(known, inner, f"{at}.{name}")
            elif isinstance(extra, dict) and extra:
                out += self.check(extra, inner, f"{at}.{name}")
            elif properties and not extra:
                out.append(f"{at}.{name}: not a property of this object at {self.version}")
        return out

    def _prepare(self, schema: Schema) -> _Object:
        properties: dict[str, Schema] = schema.get("properties", {})
        plain: dict[str, set[type]] = {}
        for name, field in properties.items():
            types = plain[name] = set()
            if "enum" not in field and (scalar := PLAIN.get(field.get("type", ""))):
                types.add(scalar)
            if field.get("nullable"):
                types.add(type(None))
        prepared = self._prepared[id(schema)] = _Object(
            properties,
            schema.get("additionalProperties"),
            tuple(schema.get("required", ())),
            plain,
        )
        return prepared

    def _check_union(self, union: _Union, value: Any, at: str) -> list[str]:
        if union.string is not None and isinstance(value, str):
            return self.check(union.string, value, at)
        alternatives = union.alternatives
        if isinstance(value, dict) and (named := union.by_object.get(str(value.get("object")))):
            gone = bool(value.get("deleted"))
            same = [a for a in named if gone == ("deleted" in a.get("required", ()))]
            alternatives = same or named
        best: list[str] | None = None
        for alternative in alternatives:
            problems = self.check(alternative, value, at)
            if not problems:
                return []
            if best is None or len(problems) < len(best):
                best = problems
        return best or []

    def _union(self, schema: Schema) -> _Union:
        prepared = self._unions.get(id(schema))
        if prepared is None:
            alternatives: list[Schema] = schema["anyOf"]
            by_object: dict[str, list[Schema]] = {}
            for alternative in alternatives:
                by_object.setdefault(_object_name(alternative) or "", []).append(alternative)
            by_object.pop("", None)
            strings = [a for a in alternatives if a.get("type") == "string"]
            prepared = self._unions[id(schema)] = _Union(
                bool(schema.get("nullable") or any(a.get("nullable") for a in alternatives)),
                strings[0] if len(strings) == 1 else None,
                by_object,
                alternatives,
            )
        return prepared


class _RequestCheck:
    """Walks one request's parameters, collecting problems."""

    def __init__(self, operation: Operation, version: str) -> None:
        self.operation = operation
        self.version = version
        self.problems: list[Problem] = []

    def bad(self, at: str | None, code: str, message: str) -> None:
        self.problems.append(Problem(at, code, message))

    def value(self, schema: Schema, value: Any, at: str) -> Any:
        if "anyOf" in schema:
            return self._union(schema["anyOf"], value, at)
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, value, at)
        if kind == "array":
            if not isinstance(value, list):
                self.bad(at, "parameter_invalid_array", f"Invalid array: {at}")
                return value
            return [self.value(schema["items"], v, f"{at}[{i}]") for i, v in enumerate(value)]
        return self._scalar(schema, value, at)

    def _union(self, alternatives: list[Schema], value: Any, at: str) -> Any:
        """The alternative that fits, or the one with the fewest complaints."""
        wanted = {"dict": "object", "list": "array"}.get(type(value).__name__)
        likely = [a for a in alternatives if a.get("type") == wanted] or alternatives
        outer, best, answer = self.problems, None, value
        for alternative in likely:
            self.problems = []
            typed = self.value(alternative, value, at)
            if best is None or len(self.problems) < len(best):
                best, answer = self.problems, typed
            if not best:
                break
        self.problems = outer + (best or [])
        return answer

    def _object(self, schema: Schema, value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            if value == "":
                self.bad(at, "parameter_invalid_empty", f"You passed an empty string for '{at}'.")
            else:
                self.bad(at, "parameter_invalid_hash", f"Invalid hash: {at}")
            return value
        properties = schema.get("properties", {})
        extra = schema.get("additionalProperties", "properties" not in schema)
        out: dict[str, Any] = {}
        for name, inner in value.items():
            path = f"{at}[{name}]" if at else name
            general = INDEX.sub("[]", path)
            if general in self.operation.removed:
                reason = f"Received unknown parameter: {path} (removed in {self.version})"
                self.bad(path, "parameter_unknown", reason)
            elif name in properties:
                out[name] = self.value(properties[name], inner, path)
            elif any(general == a or general.startswith(f"{a}[") for a in self.operation.added):
                out[name] = inner
            elif isinstance(extra, dict) and extra:
                out[name] = self.value(extra, inner, path)
            elif extra is True or extra == {}:
                out[name] = inner
            else:
                self.bad(path, "parameter_unknown", f"Received unknown parameter: {path}")
        for name in schema.get("required", ()):
            if name not in value:
                path = f"{at}[{name}]" if at else name
                self.bad(path, "parameter_missing", f"Missing required param: {path}.")
        return out

    def _scalar(self, schema: Schema, value: Any, at: str) -> Any:
        kind = schema.get("type")
        if isinstance(value, dict | list):
            self.bad(at, "parameter_invalid_string", f"Invalid {kind}: {at}")
            return value
        text = str(value)
        if kind == "integer":
            if not re.fullmatch(r"-?\d+", text):
                self.bad(at, "parameter_invalid_integer", f"Invalid integer: {text}")
                return value
            value = int(text)
        elif kind == "number":
            try:
                value = float(text)
            except ValueError:
                self.bad(at, "parameter_invalid_number", f"Invalid number: {text}")
                return value
        elif kind == "boolean":
            if text.lower() not in ("true", "false"):
                self.bad(at, "parameter_invalid_boolean", f"Invalid boolean: {text}")
                return value
            value = text.lower() == "true"
        if allowed := schema.get("enum"):
            allowed = [*allowed, *self.operation.enums.get(INDEX.sub("[]", at), ())]
            if value not in allowed:
                names = ", ".join(str(name) for name in allowed[:40])
                self.bad(at, "parameter_invalid", f"Invalid {at}: must be one of {names}")
        if kind == "string" and len(text) > schema.get("maxLength", len(text)):
            self.bad(at, "parameter_too_long", f"Invalid string: {at} is too long")
        return value


def _object_name(schema: Schema) -> str | None:
    names = schema.get("properties", {}).get("object", {}).get("enum")
    return str(names[0]) if names else None


@functools.cache
def load() -> Contract:
    """The contract this package ships, read once per process."""
    with gzip.open(DATA / "spec.json.gz") as packed:
        spec = json.load(packed)
    return Contract(spec, json.loads((DATA / "overlay.json").read_text()))

"""The JSON API under /v1/: authentication, idempotency, contract checks and the endpoints."""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .contract import Operation, Problem
from .errors import ApiError, ConnectionDropped, ContractBroken
from .faults import Fault, Faults
from .forms import decode_form
from .idempotency import Idempotency
from .resources import reading
from .routes import ROUTES
from .store import Doc
from .world import World

type Answer = tuple[int, dict[str, str], Doc]

KEPT_REQUESTS = 10_000


class Request(NamedTuple):
    """One line of the request log. `params` are in Python types once they passed the check."""

    method: str
    path: str
    params: dict[str, Any]
    status: int
    idempotency_key: str | None


class Api:
    """Answers API calls. One call at a time does its work; waiting happens outside the lock."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults
        self.idempotency = Idempotency(world.store)
        self.log: deque[Request] = deque(maxlen=KEPT_REQUESTS)

    def call(
        self, method: str, path: str, query: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        """Answer one request. Raises ConnectionDropped when the client shall get no answer."""
        request_id = self.world.ids.new("request")
        key = headers.get("idempotency-key") if method == "POST" else None
        params: dict[str, Any] = {}
        extra: dict[str, str] = {}
        status = 0
        try:
            self._authenticate(headers.get("authorization", ""))
            self._check_version(headers.get("stripe-version"))
            form = query if method == "GET" else "&".join(filter(None, (query, body.decode())))
            operation, names, params = self._understand(method, path, form)
            if key is None:
                status, answer = self._execute(operation, names, params, path, request_id, None)
            else:
                status, answer, replayed = self._once(
                    key, operation, names, params, path, request_id
                )
                extra["Idempotency-Key"] = key
                if replayed:
                    extra["Idempotent-Replayed"] = "true"
        except ApiError as error:
            status, answer = error.status, error.body()
        except ContractBroken as error:
            status, answer = self._broken(f"{method} {path}", str(error))
        except UnicodeDecodeError:
            status, answer = 400, ApiError(400, "The request is not valid UTF-8.").body()
        finally:
            self.log.append(Request(method, path, params, status, key))
        if status >= 400:
            found = self.world.contract.check(self.world.contract.schemas["error"], answer)
            self.world.problems += [f"{method} {path}: {problem}" for problem in found]
        extra["Request-Id"] = request_id
        extra["Stripe-Version"] = self.world.contract.version
        return status, extra, answer

    def _authenticate(self, header: str) -> None:
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() == "basic":
            try:
                credentials = base64.b64decode(credentials).decode().partition(":")[0]
            except ValueError:
                credentials = ""
        if credentials.startswith(("sk_live_", "rk_live_")):
            raise ApiError(
                401,
                "A live key was sent to the sandbox. Take it out of this configuration, and "
                "roll it if it has been anywhere else.",
            )
        if scheme.lower() not in ("bearer", "basic") or not credentials:
            raise ApiError(
                401,
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header.",
            )
        if not credentials.startswith(("sk_test_", "rk_test_")):
            raise ApiError(401, f"Invalid API Key provided: {credentials[:3]}***")

    def _check_version(self, version: str | None) -> None:
        if version not in (None, self.world.contract.version):
            raise ApiError(
                400,
                f"Invalid Stripe API version: {version}. The sandbox speaks "
                f"{self.world.contract.version} only.",
                param="Stripe-Version",
            )

    def _understand(
        self, method: str, path: str, form: str
    ) -> tuple[Operation, dict[str, str], dict[str, Any]]:
        found = self.world.contract.find(method, path)
        if found is None or (found[0].method, found[0].template) not in ROUTES:
            hint = "" if found is None else " The sandbox does not simulate this endpoint."
            raise ApiError(404, f"Unrecognized request URL ({method}: {path}).{hint}")
        operation, names = found
        try:
            raw = decode_form(parse_qsl(form, keep_blank_values=True))
        except ValueError as error:
            raise ApiError(400, f"Invalid parameters: {error}") from None
        params, problems = self.world.contract.check_request(operation, raw)
        problems += _metadata_problems(params)
        if problems:
            first = problems[0]
            raise ApiError(400, first.message, code=first.code, param=first.param)
        return operation, names, params

    def _once(
        self,
        key: str,
        operation: Operation,
        names: dict[str, str],
        params: dict[str, Any],
        path: str,
        request_id: str,
    ) -> tuple[int, Doc, bool]:
        """Execute unless this key already has an answer. Returns (status, body, replayed)."""
        if len(key) > 255:
            raise ApiError(400, "Idempotency keys may have at most 255 characters.")
        saved = self.idempotency.begin(key, path, params, self.world.clock.now())
        if saved:
            return *saved, True
        try:
            return *self._execute(operation, names, params, path, request_id, key), False
        finally:
            self.idempotency.end(key)

    def _execute(
        self,
        operation: Operation,
        names: dict[str, str],
        params: dict[str, Any],
        path: str,
        request_id: str,
        key: str | None,
    ) -> tuple[int, Doc]:
        fault = self.faults.take(operation.method.upper(), path)
        before = fault.error() if fault and not fault.after else None
        if fault and fault.kind == "delay":
            time.sleep(fault.seconds)
        if before is not None and not (isinstance(before, ApiError) and before.status >= 500):
            _wait(fault)
            raise before
        world = self.world
        with world.store.lock:
            world.run_due()
            with world.caused_by(request_id, key):
                status, answer = self._work(operation, names, params, path, before)
            if fault and fault.after and isinstance(error := fault.error(), ApiError):
                status, answer = error.status, error.body()
            if key is not None:
                self.idempotency.save(key, path, params, world.clock.now(), status, answer)
        if fault and fault.after and isinstance(lost := fault.error(), ConnectionDropped):
            _wait(fault)
            raise lost
        return status, answer

    def _work(
        self,
        operation: Operation,
        names: dict[str, str],
        params: dict[str, Any],
        path: str,
        failure: Exception | None,
    ) -> tuple[int, Doc]:
        """Run the endpoint, all or nothing, and check what it answers."""
        world = self.world
        try:
            with world.store.transaction():
                if failure is not None:
                    raise failure
                handler = ROUTES[operation.method, operation.template]
                try:
                    answer = handler(world, names, params, path)
                except ApiError as error:
                    if error.keep:
                        return error.status, error.body()
                    raise
                answer = reading.present(world, answer)
                answer = reading.expand(world, answer, params.get("expand", []))
                return 200, self._checked(operation, answer)
        except ApiError as error:
            return error.status, error.body()
        except ContractBroken as error:
            return self._broken(f"{operation.method.upper()} {path}", str(error))

    def _checked(self, operation: Operation, answer: Doc) -> Doc:
        problems = self.world.contract.check_response(operation, answer)
        if problems:
            raise ContractBroken("; ".join(problems[:5]))
        return answer

    def _broken(self, where: str, what: str) -> tuple[int, Doc]:
        self.world.problems.append(f"{where}: {what}")
        message = f"The sandbox broke the contract: {what}"
        return 500, ApiError(500, message, type="api_error").body()


def _wait(fault: Fault | None) -> None:
    if fault and fault.kind == "timeout" and fault.seconds:
        time.sleep(fault.seconds)


def _metadata_problems(params: Any) -> list[Problem]:
    """Stripe's limits on metadata, wherever it occurs: 50 keys of 40, values of 500 letters."""
    out: list[Problem] = []
    if isinstance(params, dict):
        for name, value in params.items():
            if name == "metadata" and isinstance(value, dict):
                if len(value) > 50:
                    out.append(Problem("metadata", None, "You can have at most 50 metadata keys."))
                for key, text in value.items():
                    if len(key) > 40 or len(str(text)) > 500:
                        out.append(
                            Problem(f"metadata[{key}]", None, f"Metadata {key!r} is too long.")
                        )
            else:
                out += _metadata_problems(value)
    elif isinstance(params, list):
        for value in params:
            out += _metadata_problems(value)
    return out


def to_json(body: Doc) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode()

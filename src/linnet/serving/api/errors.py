"""Errors in the shape that OpenAI clients read: {"error": {"message", "type", "param", "code"}}."""

from __future__ import annotations

import logging
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from linnet.errors import BadInput, LinnetError, NotReady, WrongUse
from linnet.serving.errors import ContextTooLong

logger = logging.getLogger(__name__)


class ApiError(HTTPException):
    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, headers)
        self.kind, self.param, self.code = kind, param, code

    def body(self) -> dict[str, Any]:
        return {
            "error": {"message": self.detail, "type": self.kind, "param": self.param, "code": self.code},
        }

    def response(self) -> JSONResponse:
        return JSONResponse(self.body(), self.status_code, self.headers)


def model_not_found(model: str) -> ApiError:
    return ApiError(
        404,
        f"The model {model!r} does not exist here; GET /v1/models lists those that do.",
        param="model",
        code="model_not_found",
    )


def to_api_error(error: Exception) -> ApiError | None:
    """The answer for an error that a client should see; None for a fault of ours."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, HTTPException):
        kind = "invalid_request_error" if error.status_code < 500 else "server_error"
        return ApiError(error.status_code, str(error.detail), kind=kind, headers=dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        return _from_validation(error)
    if isinstance(error, ContextTooLong):
        return ApiError(400, str(error), code="context_length_exceeded")
    if isinstance(error, NotReady):
        return ApiError(503, str(error), kind="server_error", code="model_not_ready")
    if isinstance(error, BadInput | WrongUse):
        return ApiError(400, str(error))
    if isinstance(error, LinnetError):
        return ApiError(503, str(error), kind="server_error", code="model_unavailable")
    return None


def shown_error(error: Exception, where: str) -> ApiError:
    """The answer for any error. Of a fault of ours the client learns nothing but that; the log has it all."""
    answer = to_api_error(error)
    if answer is None:
        logger.error("%s failed", where, exc_info=error)
        answer = ApiError(500, "The server failed on this request; its log says why.", kind="server_error")
    return answer


def _from_validation(error: RequestValidationError) -> ApiError:
    first = error.errors()[0]
    # ("body", "messages", 0, "content") -> "messages[0].content"
    param = ""
    for part in first["loc"][1:]:
        param += f"[{part}]" if isinstance(part, int) else f".{part}" if param else str(part)
    if first["type"] == "json_invalid":
        return ApiError(400, f"The body is not valid JSON: {first.get('ctx', {}).get('error', first['msg'])}")
    message = str(first["msg"]).removeprefix("Value error, ")
    return ApiError(400, f"{param}: {message}" if param else message, param=param or None)

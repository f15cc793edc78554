"""The two ways in which a model that is there can still refuse a request."""

from __future__ import annotations

from linnet.errors import BadInput, LinnetError


class ContextTooLong(BadInput):
    """The prompt leaves no room for an answer."""


class ModelUnavailable(LinnetError):
    """The model's process or server cannot answer now."""

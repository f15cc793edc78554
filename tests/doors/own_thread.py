"""Coroutines of a test in a thread of their own: a browser of an earlier test keeps an event loop in the main one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import anyio


def run_async(function: Callable[[], Awaitable[None]]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, function).result()

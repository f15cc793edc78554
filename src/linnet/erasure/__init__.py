"""Erasure: a post or an author goes out of every file, and a signed receipt says so."""

from __future__ import annotations

from linnet.erasure.forget import ForgetReport, finish_erasures, forget

__all__ = ["ForgetReport", "finish_erasures", "forget"]

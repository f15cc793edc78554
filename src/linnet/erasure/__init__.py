"""Erasure: a post or an author goes out of every file, and a signed receipt says so."""

from __future__ import annotations

from linnet.erasure.forget import ForgetReport, finish_erasures, forget
from linnet.erasure.withdrawn import erase_withdrawn, erase_withdrawn_when_due

__all__ = ["ForgetReport", "erase_withdrawn", "erase_withdrawn_when_due", "finish_erasures", "forget"]

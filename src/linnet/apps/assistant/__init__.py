"""The assistant: a question becomes an answer whose every sentence quotes a post, or an honest "none found"."""

from linnet.apps.assistant.app import ask

__all__ = ["ask"]

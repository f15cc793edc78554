"""Linnet: a social platform's own AI, on its own hardware, from its own posts."""

__version__ = "0.1.0"

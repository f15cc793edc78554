"""Labelled sets for `benchmarks/detection.py`, and what reads them. Written for this project; nothing is copied."""

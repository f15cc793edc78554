"""Versions of the served model: every build leaves one, gates decide which is served, a ledger remembers why.

versions.py   what a version is; `register_version` makes one out of a finished export
debts.py      posts that a version learnt from and that may not be trained on any more
figures.py    everything that the gates look at, measured
gates.py      the rules: pure functions with an id, a version and a reason
serving.py    what is served: the swap, the way back, which versions are kept
decisions.py  promote, rollback, and what a build does at its end
ledger.py     models/ledger.jsonl
release.py    a version as a folder for other programs
"""

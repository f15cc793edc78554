"""The query language of search: `docs/search.md` describes it, `evaluate.py` defines it."""

from linnet.retrieval.query.grammar import MAX_WORDS, parse_query
from linnet.retrieval.query.parsed import ParsedQuery
from linnet.retrieval.query.times import parse_time
from linnet.retrieval.query.tokens import MAX_CHARACTERS, plain

__all__ = ["MAX_CHARACTERS", "MAX_WORDS", "ParsedQuery", "parse_query", "parse_time", "plain"]

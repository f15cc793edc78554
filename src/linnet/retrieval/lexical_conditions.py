"""A query as a tantivy query: exactly what `query/evaluate.py` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from linnet.retrieval.lexical_documents import microseconds
from linnet.retrieval.query import ParsedQuery
from linnet.retrieval.query.nodes import (
    ME,
    And,
    AtLeast,
    AtMost,
    Conversation,
    Domain,
    From,
    Kind,
    Language,
    Mention,
    Node,
    Not,
    Operator,
    Or,
    Phrase,
    Public,
    Since,
    To,
    Until,
    Url,
    Word,
)
from linnet.retrieval.wanted import Wanted, wanted, wanted_loosely
from linnet.retrieval.words import fold, split_words

if TYPE_CHECKING:
    import tantivy

# A word in more posts than both of these only ranks the posts that a rarer word of the query has found.
COMMON_SHARE = 0.01
COMMON_POSTS = 1_000

Clauses: TypeAlias = "list[tuple[tantivy.Occur, tantivy.Query]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """An author as to: and mentions:me look for them."""

    handles: tuple[str, ...]  # folded
    post_ids: tuple[str, ...]  # the newest that the reader may see, up to a limit
    is_cut: bool  # whether there are more posts


class Conditions:
    """Turns queries into clauses. Words and phrases are scored, everything else scores 0."""

    def __init__(
        self,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        *,
        reader: str | None,
        addressee: Callable[[str], Addressee],
    ) -> None:
        import tantivy

        self._schema = schema
        self._searcher = searcher
        self._reader = reader
        self._addressee = addressee
        self._query = tantivy.Query
        self._must, self._should, self._must_not = (
            tantivy.Occur.Must,
            tantivy.Occur.Should,
            tantivy.Occur.MustNot,
        )

    def clauses(self, nodes: Sequence[Node]) -> Clauses:
        """All of them, to stand in one boolean query beside a clause that is a Must."""
        return [
            (self._must_not, self._of(node.node)) if isinstance(node, Not) else (self._must, self._of(node))
            for node in nodes
        ]

    def any_word(self, query: ParsedQuery, *, post_count: int) -> tantivy.Query | None:
        """Any of the optional words. Very common ones only rank, unless there is nothing else. None without words."""
        limit = max(COMMON_POSTS, COMMON_SHARE * post_count)
        rare: Clauses = []
        common: Clauses = []
        for word in dict.fromkeys(query.words):
            for one in wanted_loosely(word):
                is_common = len(one.terms) == 1 and self._searcher.doc_freq(one.field, one.terms[0]) > limit
                (common if is_common else rare).append((self._should, self._stands(one)))
        if not rare and not common:
            return self._query.empty_query() if query.optional and not query.required else None
        if not rare or not common:
            return self._query.boolean_query(rare or common)
        found = self._query.boolean_query(rare)
        return self._query.boolean_query([(self._must, found), *common])

    def author(self, author: str) -> tantivy.Query:
        """Posts by an id, a handle, ME."""
        if author == ME:
            return self._term("author_id", self._reader) if self._reader is not None else self._none()
        name = author.removeprefix("@")
        either = [self._term("author_id", name)]
        if handle := fold(name):
            either.append(self._term("author_name", handle))
        return self._any(either)

    def _of(self, node: Node) -> tantivy.Query:
        match node:
            case And(nodes):
                clauses = self.clauses(nodes)
                if all(isinstance(inner, Not) for inner in nodes):
                    clauses.append((self._must, self._unscored(self._query.all_query())))
                return self._query.boolean_query(clauses)
            case Or(nodes):
                return self._any([self._of(inner) for inner in nodes])
            case Not(inner):
                everything = self._unscored(self._query.all_query())
                return self._query.boolean_query(
                    [(self._must, everything), (self._must_not, self._of(inner))]
                )
            case Word(text) | Phrase(text):
                one = wanted(text)
                return self._stands(one) if one is not None else self._none()
        return self._unscored(self._operator(node))

    def _operator(self, node: Operator) -> tantivy.Query:
        match node:
            case From(author):
                return self.author(author)
            case To(author):
                known = self._addressee(author)
                either = [self._term("addressed", handle) for handle in known.handles]
                if known.post_ids:
                    either.append(self._query.term_set_query(self._schema, "reply_to", list(known.post_ids)))
                return self._any(either)
            case Mention(handle):
                handles = self._addressee(ME).handles if handle == ME else (handle.removeprefix("@"),)
                asked = [wanted("@" + one) for one in handles]
                return self._any([self._stands(one) for one in asked if one is not None])
            case Language(tag):
                return self._term("language", tag)
            case Since(time):
                return self._range("created_at", lowest=microseconds(time))
            case Until(time):
                return self._range("created_at", highest=microseconds(time) - 1)
            case Kind(name):
                return self._term("kind", name)
            case Conversation(post_id):
                return self._any([self._term("conversation_id", post_id), self._term("post_id", post_id)])
            case Url(text):
                return self._in_a_row("url", split_words(text).body)
            case Domain(host):
                return self._term("domain", host)
            case AtLeast(field, number):
                return self._range(field, lowest=number)
            case AtMost(field, number):
                return self._range(field, highest=number)
            case Public():
                return self._term("visibility", "public")

    def _stands(self, one: Wanted) -> tantivy.Query:
        return self._in_a_row(one.field, one.terms)

    def _in_a_row(self, field: str, terms: tuple[str, ...]) -> tantivy.Query:
        if len(terms) == 1:
            return self._term(field, terms[0])
        return self._query.phrase_query(self._schema, field, list(terms))

    def _range(self, field: str, *, lowest: int | None = None, highest: int | None = None) -> tantivy.Query:
        import tantivy

        return self._query.range_query(self._schema, field, tantivy.FieldType.Integer, lowest, highest)

    def _any(self, queries: list[tantivy.Query]) -> tantivy.Query:
        return (
            self._query.boolean_query([(self._should, one) for one in queries]) if queries else self._none()
        )

    def _term(self, field: str, value: Any) -> tantivy.Query:
        return self._query.term_query(self._schema, field, value)

    def _unscored(self, query: tantivy.Query) -> tantivy.Query:
        return self._query.const_score_query(query, 0.0)

    def _none(self) -> tantivy.Query:
        return self._query.empty_query()

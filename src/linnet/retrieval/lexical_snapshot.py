"""One committed state of the lexical index, to search in."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from linnet.retrieval.lexical_conditions import Addressee, Clauses, Conditions
from linnet.retrieval.lexical_documents import (
    FORMAT,
    MARK,
    REFERENCE_FIELDS,
    IndexedPost,
    microseconds,
    post_of,
)
from linnet.retrieval.query import ParsedQuery
from linnet.retrieval.query.nodes import ME, To, leaves
from linnet.retrieval.words import fold

if TYPE_CHECKING:
    import tantivy

MAX_ADDRESSED_POSTS = 10_000  # of one author, the newest: replies to them are found by to:
MAX_ADDRESSEES_KEPT = 32  # up to that many post ids each


class LexicalSnapshot:
    """One committed state of the index."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self.format, self.seq = self._read_mark()
        self.post_count: int = max(self._searcher.num_docs - 1, 0)
        self._newest: dict[int, list[IndexedPost]] = {}
        self._addressees: OrderedDict[tuple[str, str | None], Addressee] = OrderedDict()  # by last use
        self._lock = threading.Lock()

    def _read_mark(self) -> tuple[int, int]:
        try:
            query = self._term("mark", MARK)
        except ValueError:  # the schema of another format
            return 0, 0
        hits = self._searcher.search(query, 1, count=False).hits
        if not hits:
            return FORMAT, 0
        mark = orjson.loads(self._stored(hits[0][1]))
        return mark["format"], mark["seq"]

    def newest_public(self, count: int) -> list[IndexedPost]:
        """The newest public posts, newest first."""
        if count not in self._newest:
            query = self._term("visibility", "public")
            hits = self._searcher.search(query, count, count=False, order_by_field="created_at").hits
            self._newest[count] = [self._load(address, 0.0) for _, address in hits]
        return self._newest[count]

    def search(self, query: ParsedQuery, *, limit: int, reader: str | None) -> list[IndexedPost]:
        """The best posts that `reader` may see: by BM25, or the newest ones when the query has no words or says so."""
        conditions = self._conditions(reader)
        clauses = conditions.clauses(query.required)
        words = conditions.any_word(query, post_count=self.post_count)
        if words is not None:
            clauses.append((_occur().Must, words))
        by_time = not query.text or query.sort == "newest"
        posts: list[IndexedPost] = []
        for visible in self._reader_clauses(reader):
            run = self._newest_of if by_time else self._best_of
            posts += run([*visible, *clauses], limit)
        posts.sort(key=lambda post: (-post.score, -microseconds(post.created_at), post.post_id))
        return posts[:limit]

    def lookup(
        self, post_ids: Sequence[str], *, query: ParsedQuery, reader: str | None
    ) -> dict[str, IndexedPost]:
        """Those of `post_ids` that `reader` may see and that meet all of the query but its optional words."""
        import tantivy

        if not post_ids:
            return {}
        chosen = tantivy.Query.term_set_query(self._schema, "post_id", list(post_ids))
        clauses = [(_occur().Must, chosen), *self._conditions(reader).clauses(query.required)]
        found: dict[str, IndexedPost] = {}
        for visible in self._reader_clauses(reader):
            wanted = tantivy.Query.boolean_query([*visible, *clauses])
            hits = self._searcher.search(wanted, len(post_ids), count=False).hits
            found.update((post.post_id, post) for post in (self._load(address, 0.0) for _, address in hits))
        return found

    def notes(self, query: ParsedQuery, *, reader: str | None) -> list[str]:
        """What the reader should know about how the index takes the query."""
        authors = [leaf.author for node in query.required for leaf in leaves(node) if isinstance(leaf, To)]
        return [
            f"to:{author} looks at replies to the newest {MAX_ADDRESSED_POSTS:,} of that author's posts only"
            for author in dict.fromkeys(authors)
            if self._addressee(author, reader).is_cut
        ]

    def holds(self, post_id: str) -> bool:
        """Whether the post is in the index, whoever may see it."""
        return bool(self._searcher.search(self._term("post_id", post_id), 1, count=False).hits)

    def count_in_files(self, post_ids: Sequence[str]) -> int:
        """How many documents of these posts the files hold, deleted ones that are not merged away included."""
        return sum(self._searcher.doc_freq("post_id", post_id) for post_id in post_ids)

    def are_named_in_files(self, post_ids: Sequence[str]) -> bool:
        """Whether another document, deleted or not, replies to one of these posts, quotes it or stands below it."""
        return any(
            self._searcher.doc_freq(field, post_id) for field in REFERENCE_FIELDS for post_id in post_ids
        )

    def author_ids(self, authors: Sequence[str], *, reader: str | None = None) -> list[str]:
        """The ids that a `from:` filter means: the value itself, and the ids that write under that handle."""
        ids: dict[str, None] = {}
        for author in authors:
            if author == ME:
                ids.update({reader: None} if reader is not None else {})
                continue
            name = author.removeprefix("@")
            ids[name] = None
            query = self._term("author_name", fold(name))
            ids.update(
                (self._load(address, 0.0).author_id, None)
                for _, address in self._searcher.search(query, 200, count=False).hits
            )
        return list(ids)

    def _conditions(self, reader: str | None) -> Conditions:
        return Conditions(
            self._schema,
            self._searcher,
            reader=reader,
            addressee=lambda author: self._addressee(author, reader),
        )

    def _addressee(self, author: str, reader: str | None) -> Addressee:
        """Looked up among the posts that `reader` may see, so that nothing is learnt about others."""
        key = (self._addressee_key(author), reader)
        with self._lock:
            if (known := self._addressees.get(key)) is not None:
                self._addressees.move_to_end(key)
                return known
        found = self._find_addressee(author, reader)
        with self._lock:
            self._addressees[key] = found
            self._addressees.move_to_end(key)
            while len(self._addressees) > MAX_ADDRESSEES_KEPT:
                self._addressees.popitem(last=False)
        return found

    def _addressee_key(self, author: str) -> str:
        """One for all spellings of a handle; an id that writes posts has its own, for ids are compared exactly."""
        if author == ME:
            return ME
        name = author.removeprefix("@")
        return f"id:{name}" if self._searcher.doc_freq("author_id", name) else f"name:{fold(name)}"

    def _find_addressee(self, author: str, reader: str | None) -> Addressee:
        by_author = [(_occur().Must, self._conditions(reader).author(author))]
        hits: list[tuple[Any, tantivy.DocAddress]] = []
        for visible in self._reader_clauses(reader):
            hits += self._newest_hits([*visible, *by_author], MAX_ADDRESSED_POSTS + 1)
        hits.sort(key=lambda hit: -hit[0])
        author_id = reader if author == ME else author.removeprefix("@")
        handles = {} if author == ME else {fold(author.removeprefix("@")): None}
        post_ids: list[str] = []
        for _, address in hits[:MAX_ADDRESSED_POSTS]:
            post_id, writer, name, *_ = orjson.loads(self._stored(address))  # as IndexedPost begins
            post_ids.append(post_id)
            if writer == author_id:
                handles[fold(name or "")] = None
        return Addressee(
            handles=tuple(handle for handle in handles if handle),
            post_ids=tuple(post_ids),
            is_cut=len(hits) > MAX_ADDRESSED_POSTS,
        )

    def _newest_of(self, clauses: Clauses, limit: int) -> list[IndexedPost]:
        return [self._load(address, 0.0) for _, address in self._newest_hits(clauses, limit)]

    def _newest_hits(self, clauses: Clauses, limit: int) -> list[tuple[Any, tantivy.DocAddress]]:
        import tantivy

        query = tantivy.Query.boolean_query(clauses)
        return self._searcher.search(query, limit, count=False, order_by_field="created_at").hits

    def _best_of(self, clauses: Clauses, limit: int) -> list[IndexedPost]:
        """By score. Where equal scores go on beyond the limit, as those of a lone #tag do, the newest are taken."""
        import tantivy

        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit + 1, count=False).hits
        scores = {(address.segment_ord, address.doc): (address, score) for score, address in hits}
        if len(hits) > limit and hits[limit - 1][0] == hits[limit][0]:
            oldest = self._newest_hits(clauses, limit)[-1][0]
            recent = tantivy.Query.range_query(
                self._schema, "created_at", tantivy.FieldType.Integer, oldest, None
            )
            within = (_occur().Must, tantivy.Query.const_score_query(recent, 0.0))
            again = tantivy.Query.boolean_query([*clauses, within])
            hits = self._searcher.search(
                again, 2 * limit, count=False
            ).hits  # some may be of the same instant
            scores |= {(address.segment_ord, address.doc): (address, score) for score, address in hits}
        return [self._load(address, score) for address, score in scores.values()]

    def _load(self, address: tantivy.DocAddress, score: float) -> IndexedPost:
        return post_of(self._stored(address), score)

    def _stored(self, address: tantivy.DocAddress) -> bytes:
        stored = self._searcher.doc(address).get_first("stored")
        assert isinstance(stored, bytes)  # every document of ours has the field
        return stored

    def _term(self, field: str, value: Any) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, value)

    def _reader_clauses(self, reader: str | None) -> list[Clauses]:
        """What a reader may see, as alternatives: public posts, and their own of any other visibility.

        Two searches instead of one with OR: the second is tiny, and an OR over all public posts costs 4x.
        """
        import tantivy

        must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
        public = tantivy.Query.const_score_query(self._term("visibility", "public"), 0.0)
        alternatives: list[Clauses] = [[(must, public)]]
        if reader is not None:
            own = tantivy.Query.const_score_query(self._term("author_id", reader), 0.0)
            alternatives.append([(must, own), (must_not, self._term("visibility", "public"))])
        return alternatives


def _occur() -> type[tantivy.Occur]:
    import tantivy

    return tantivy.Occur

"""The lexical index: BM25 over the words of posts, in one tantivy folder.

Each document holds the words (`words.py`), the fields that filters need, and the post itself as it is shown.
One more document, the mark, holds the sequence number of the post store that the index has reached: it is
replaced in the same commit as the posts, so the two can never disagree.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from linnet.errors import StorageFull, WorkspaceBusy
from linnet.retrieval.query import ParsedQuery
from linnet.retrieval.words import fold, is_unspaced, split_words

if TYPE_CHECKING:
    import tantivy

FORMAT = 1  # of the documents below; an index of another format is rebuilt
_MARK = "seq"
# A word in more posts than both of these only ranks the posts that a rarer word of the query has found.
COMMON_SHARE = 0.01
COMMON_POSTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPost:
    """A post as the index shows it."""

    post_id: str
    author_id: str
    author_name: str | None
    created_at: datetime
    text: str
    language: str | None
    visibility: str
    repost_of: str | None
    score: float = 0.0  # BM25; 0 when the query had filters only


def language_keys(language: str | None) -> list[str]:
    """The forms under which lang: finds a post: "en-us" and "en"."""
    if not language:
        return []
    folded = language.casefold().replace("_", "-")
    return list(dict.fromkeys((folded, folded.partition("-")[0])))


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("post_id", "author_id", "author_name", "language", "visibility", "mark"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("extra", tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("created_at", indexed=True, fast=True)  # microseconds since 1970
    builder.add_boolean_field("is_repost", indexed=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _microseconds(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


_MICROSECOND = datetime.resolution


class LexicalWriter:
    """Adds and removes posts; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path, *, heap_bytes: int, threads: int) -> None:
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        try:
            self._writer = self._index.writer(heap_bytes, threads)
        except ValueError as error:
            if "LockBusy" in str(error) or "lock" in str(error).lower():
                raise WorkspaceBusy(f"another process writes the index in {folder}; wait for it") from error
            raise
        # Two traps of tantivy 0.27 after a kill, both seen in test_index_kills:
        # a deletion file that was written and not committed makes the next commit fail, for its name is reused;
        self._writer.garbage_collect_files()
        # and the first operation gets the number of the last commit, so that a merge which starts now may take
        # it for applied: a deletion would be lost. This one may be.
        self._writer.delete_documents_by_term("mark", "nothing has this mark")

    def clear(self) -> None:
        self._writer.delete_all_documents()

    def upsert(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add posts (rows of POST_SCHEMA), each in place of an earlier version of itself."""
        import tantivy

        count = 0
        for row in rows:
            post_id, name, text = row["post_id"], row["author_name"], row["text"]
            words = split_words(text)
            created = _microseconds(row["created_at"])
            document = tantivy.Document()
            document.add_text("post_id", post_id)
            document.add_text("author_id", row["author_id"])
            if name:
                document.add_text("author_name", fold(name))
            for key in language_keys(row["language"]):
                document.add_text("language", key)
            document.add_text("visibility", row["visibility"])
            document.add_text("body", " ".join(words.body))
            if words.extra:
                document.add_text("extra", " ".join(words.extra))
            document.add_integer("created_at", created)
            document.add_boolean("is_repost", row["repost_of"] is not None)
            stored = [
                post_id,
                row["author_id"],
                name,
                created,
                text,
                row["language"],
                row["visibility"],
                row["repost_of"],
            ]
            document.add_bytes("stored", orjson.dumps(stored))
            self._writer.delete_documents_by_term("post_id", post_id)
            self._writer.add_document(document)
            count += 1
        return count

    def remove(self, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self._writer.delete_documents_by_term("post_id", post_id)

    def commit(self, seq: int) -> None:
        """Make everything so far visible and durable, together with `seq`."""
        import tantivy

        mark = tantivy.Document()
        mark.add_text("mark", _MARK)
        mark.add_bytes("stored", orjson.dumps({"format": FORMAT, "seq": seq}))
        self._writer.delete_documents_by_term("mark", _MARK)
        self._writer.add_document(mark)
        try:
            self._writer.commit()
        except (ValueError, OSError) as error:
            if "No space left" in str(error) or "StorageFull" in str(error):
                raise StorageFull(
                    "the disk is full: the index keeps its last state; free some space"
                ) from error
            raise

    def close(self) -> None:
        """Wait for merges in the background and remove files that no reader needs; the writer is used up."""
        self._writer.garbage_collect_files()
        self._writer.wait_merging_threads()


class LexicalIndex:
    """Searches the folder; follows commits of another process by itself. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._snapshot: LexicalSnapshot | None = None

    def snapshot(self) -> LexicalSnapshot | None:
        """The newest committed state, which stays as it is while it is used; None before the first commit."""
        import tantivy

        with self._lock:
            try:
                status = (self.folder / "meta.json").stat()
            except FileNotFoundError:
                return None
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                index = tantivy.Index.open(str(self.folder))
                self._snapshot = LexicalSnapshot(index)
                self._stamp = stamp
            snapshot = self._snapshot
        return snapshot if snapshot is not None and snapshot.format == FORMAT else None


def orphaned_segments(folder: Path) -> list[Path]:
    """Files of segments that the index does not name any more: a kill, or a reader, kept them from removal."""
    try:
        meta = orjson.loads((folder / "meta.json").read_bytes())
    except FileNotFoundError:
        return []
    named = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    return [
        path
        for path in sorted(folder.iterdir())
        if len(stem := path.name.partition(".")[0]) == 32 and stem not in named
    ]


class LexicalSnapshot:
    """One committed state of the index."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self.format, self.seq = self._read_mark()
        self.post_count: int = max(self._searcher.num_docs - 1, 0)
        self._newest: dict[int, list[IndexedPost]] = {}

    def _read_mark(self) -> tuple[int, int]:
        try:
            query = self._term("mark", _MARK)
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
        """The best posts that `reader` may see: by BM25, or the newest ones when the query has no words."""
        words = self._words_query(query)
        posts: list[IndexedPost] = []
        for clauses in self._reader_clauses(reader):
            posts += self._run(words, [*clauses, *self._filter_clauses(query)], limit)
        posts.sort(key=lambda post: (-post.score, -_microseconds(post.created_at), post.post_id))
        return posts[:limit]

    def lookup(
        self, post_ids: Sequence[str], *, query: ParsedQuery, reader: str | None
    ) -> dict[str, IndexedPost]:
        """Those of `post_ids` that `reader` may see and the query's filters, phrases and -words let through."""
        import tantivy

        if not post_ids:
            return {}
        chosen = tantivy.Query.term_set_query(self._schema, "post_id", list(post_ids))
        found: dict[str, IndexedPost] = {}
        for clauses in self._reader_clauses(reader):
            must = [(tantivy.Occur.Must, chosen), *clauses, *self._filter_clauses(query)]
            hits = self._searcher.search(tantivy.Query.boolean_query(must), len(post_ids), count=False).hits
            found.update((post.post_id, post) for post in (self._load(address, 0.0) for _, address in hits))
        return found

    def holds(self, post_id: str) -> bool:
        """Whether the post is in the index, whoever may see it."""
        return bool(self._searcher.search(self._term("post_id", post_id), 1, count=False).hits)

    def count_in_files(self, post_ids: Sequence[str]) -> int:
        """How many documents of these posts the files hold, deleted ones that are not merged away included."""
        return sum(self._searcher.doc_freq("post_id", post_id) for post_id in post_ids)

    def author_ids(self, authors: Sequence[str]) -> list[str]:
        """The ids that a `from:` filter means: the value itself, and the ids that write under that handle."""
        ids = dict.fromkeys(authors)
        for author in authors:
            query = self._term("author_name", fold(author))
            ids.update(
                (self._load(address, 0.0).author_id, None)
                for _, address in self._searcher.search(query, 200, count=False).hits
            )
        return list(ids)

    def _run(self, words: tantivy.Query | None, clauses: list[Any], limit: int) -> list[IndexedPost]:
        import tantivy

        if words is None:
            query = tantivy.Query.boolean_query(clauses)
            hits = self._searcher.search(query, limit, count=False, order_by_field="created_at").hits
            return [self._load(address, 0.0) for _, address in hits]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, words), *clauses])
        hits = self._searcher.search(query, limit, count=False).hits
        return [self._load(address, score) for score, address in hits]

    def _load(self, address: tantivy.DocAddress, score: float) -> IndexedPost:
        post_id, author_id, name, created, text, language, visibility, repost_of = orjson.loads(
            self._stored(address)
        )
        return IndexedPost(
            post_id=post_id,
            author_id=author_id,
            author_name=name,
            created_at=datetime(1970, 1, 1, tzinfo=UTC) + created * _MICROSECOND,
            text=text,
            language=language,
            visibility=visibility,
            repost_of=repost_of,
            score=score,
        )

    def _stored(self, address: tantivy.DocAddress) -> bytes:
        stored = self._searcher.doc(address).get_first("stored")
        assert isinstance(stored, bytes)  # every document of ours has the field
        return stored

    def _term(self, field: str, value: Any) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, value)

    def _reader_clauses(self, reader: str | None) -> list[list[Any]]:
        """What a reader may see, as alternatives: public posts, and their own of any other visibility.

        Two searches instead of one with OR: the second is tiny, and an OR over all public posts costs 4x.
        """
        import tantivy

        must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
        public = tantivy.Query.const_score_query(self._term("visibility", "public"), 0.0)
        alternatives = [[(must, public)]]
        if reader is not None:
            own = tantivy.Query.const_score_query(self._term("author_id", reader), 0.0)
            alternatives.append([(must, own), (must_not, self._term("visibility", "public"))])
        return alternatives

    def _filter_clauses(self, query: ParsedQuery) -> list[Any]:
        import tantivy

        must, must_not, should = tantivy.Occur.Must, tantivy.Occur.MustNot, tantivy.Occur.Should
        filters: list[tantivy.Query] = []
        if query.authors:
            either = [(should, self._term("author_id", author)) for author in query.authors]
            either += [(should, self._term("author_name", fold(author))) for author in query.authors]
            filters.append(tantivy.Query.boolean_query(either))
        if query.languages:
            languages = [(should, self._term("language", language)) for language in query.languages]
            filters.append(tantivy.Query.boolean_query(languages))
        if query.since is not None or query.until is not None:
            filters.append(
                tantivy.Query.range_query(
                    self._schema,
                    "created_at",
                    tantivy.FieldType.Integer,
                    None if query.since is None else _microseconds(query.since),
                    None if query.until is None else _microseconds(query.until) - 1,
                )
            )
        clauses = [(must, tantivy.Query.const_score_query(one, 0.0)) for one in filters]
        for phrase in query.phrases:
            if (wanted := self._phrase(phrase)) is not None:
                clauses.append((must, wanted))
        for word in query.excluded:
            if (unwanted := self._phrase(word)) is not None:
                clauses.append((must_not, unwanted))
        return clauses

    def _words_query(self, query: ParsedQuery) -> tantivy.Query | None:
        """Any of the words. Very common ones only rank, unless there is nothing else. None without words."""
        import tantivy

        limit = max(COMMON_POSTS, COMMON_SHARE * self.post_count)
        rare: list[Any] = []
        common: list[Any] = []
        for word in dict.fromkeys(query.words):
            for one, count in self._word(word):
                (common if count > limit else rare).append((tantivy.Occur.Should, one))
        if not rare and not common:
            if query.words:
                return tantivy.Query.empty_query()  # words that hold nothing to search for, such as "!!"
            # Phrases and -words are clauses; scored phrases rank, filters alone go by time.
            phrases = [wanted for phrase in query.phrases if (wanted := self._phrase(phrase)) is not None]
            return (
                tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in phrases])
                if phrases
                else None
            )
        if not rare or not common:
            return tantivy.Query.boolean_query(rare or common)
        found = tantivy.Query.boolean_query(rare)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, found), *common])

    def _word(self, word: str) -> list[tuple[tantivy.Query, int]]:
        """One word of a query as clauses, each with the number of posts it stands in."""
        import tantivy

        words = split_words(word)
        if word[:1] in "#@" and len(words.extra) == 1 and len(words.body) == 1:
            return [self._with_count("extra", words.extra[0])]
        if not words.body:
            return []
        if len(words.body) == 1:
            single = words.body[0]
            return [self._with_count("extra" if len(single) == 1 and is_unspaced(single) else "body", single)]
        if any(is_unspaced(part) for part in words.body):
            # A run without spaces is a whole sentence as often as a word: any of its pairs may match.
            clauses = [self._with_count("body", part) for part in dict.fromkeys(words.body)]
            return [*clauses, (tantivy.Query.phrase_query(self._schema, "body", list(words.body)), 0)]
        return [(tantivy.Query.phrase_query(self._schema, "body", list(words.body)), 0)]

    def _with_count(self, field: str, word: str) -> tuple[tantivy.Query, int]:
        return self._term(field, word), self._searcher.doc_freq(field, word)

    def _phrase(self, phrase: str) -> tantivy.Query | None:
        """Words in this order, one after another."""
        import tantivy

        words = split_words(phrase)
        if len(words.body) > 1:
            return tantivy.Query.phrase_query(self._schema, "body", list(words.body))
        if not words.body:
            return None
        return self._word(phrase.strip())[0][0]

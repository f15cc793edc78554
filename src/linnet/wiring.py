"""Joins the parts of one workspace into a `Platform`: what the command line, the API and the console ask.

Every method returns plain JSON types. A `Platform` may be used from many threads; heavy parts load when they
are first needed.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import BadInput
from linnet.lineage import read_manifest
from linnet.pipeline import is_held, open_embedder, stage_states
from linnet.posts.live.cursors import CursorBook
from linnet.posts.store import PostStore
from linnet.recipes import recipe_of
from linnet.records import PURPOSES, Answer, Post, to_json
from linnet.registry.versions import served_id, served_version
from linnet.state import outputs, quarantine, tombstones, uses
from linnet.swap import next_folder
from linnet.workspace import Workspace

MAX_DAYS_SHOWN = 90
TRACED_COUNTS = ("parameters", "steps", "tokens_seen", "conversations")  # of a model's manifest


class Platform:
    """One platform: its posts, its index, its model."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.store = PostStore(workspace)
        self._recipe = recipe_of(workspace)
        self._lock = threading.RLock()
        self._overview: tuple[int, dict[str, Any]] | None = None  # at a seq of the store
        self._coverage: tuple[int, dict[str, Any]] | None = None  # at a seq of the store
        self._usable: tuple[int, dict[str, int]] | None = None  # at a seq of the store

    # --- parts ---------------------------------------------------------------------------------------------

    @cached_property
    def embedder(self) -> Any:
        return open_embedder(self.workspace)

    @cached_property
    def index(self) -> Any:
        from linnet.retrieval.index import open_index

        return open_index(self.workspace.stage_path("index"))

    @cached_property
    def retriever(self) -> Any:
        from linnet.retrieval.hybrid import HybridRetriever

        return HybridRetriever(self.index, embedder=self.embedder, gate=self.store, feed=self.store)

    @cached_property
    def language_model(self) -> Any:
        """It follows what is served: a build, a promotion or a rollback needs no restart."""
        from linnet.serving.engines import open_language_model
        from linnet.serving.engines.following import FollowingModel

        settings = dict(self.workspace.settings().get("model", {}))
        settings.pop("keep", None)  # of versions, not of an engine

        def open_now() -> Any:
            return open_language_model(self._chat_model(), settings, name=self.model_name)

        if settings.get("engine", "embedded") not in ("embedded", "transformers"):
            return open_now()
        return FollowingModel(open_now, self._served_identity)

    def _chat_model(self) -> Path | None:
        """The folder of the model that is served; None before the first build.

        Of a version its own folder is given: `served/` may be swapped while an engine reads it.
        """
        folder = self.workspace.stage_path("served")
        if read_manifest(folder) is None:
            return None
        version = served_version(self.workspace)
        return version.path if version else folder

    def _served_identity(self) -> Any:
        """Changes when another model is served; None while there is none, as in the instant of a swap."""
        folder = self.workspace.stage_path("served")
        try:
            manifest = read_manifest(folder)
            return (served_id(self.workspace), manifest.output_digest) if manifest else None
        except FileNotFoundError:
            return None

    def _has_model(self) -> bool:
        """Whether there is a model to ask; search and extractive answers need none."""
        engine = self.workspace.settings().get("model", {}).get("engine", "embedded")
        opened = "language_model" in self.__dict__
        return engine != "embedded" or opened or self._chat_model() is not None

    @property
    def model_name(self) -> str:
        name = self.workspace.settings().get("name", self.workspace.root.name)
        return f"linnet-{name}-{self._recipe.name}"

    # --- questions -----------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        reader: str | None = None,
        purpose: str = "retrieve",
        explain: bool = False,
    ) -> dict[str, Any]:
        """With the purpose "generate" only posts that a language model may read as well; `explain` adds the scores."""
        from linnet.apps.search import search

        with self._lock:
            retriever = self.retriever
        found = search(query, retriever=retriever, limit=limit, reader=reader, purpose=purpose)
        return found.to_json(explain=explain)

    def ask(self, question: str, *, reader: str | None = None, provenance: bool = False) -> dict[str, Any]:
        """With `provenance`, the answer's own words are looked up in the training posts as well."""
        from linnet.apps.assistant import ask

        with self._lock:
            retriever, embedder = self.retriever, self.embedder
            model = self.language_model if self._has_model() else None
        answer = ask(
            question,
            retriever=retriever,
            embedder=embedder,
            language_model=model,
            reader=reader,
            now=datetime.now(UTC),
        )
        told = {**to_json(answer), "answer_id": self._register_use(answer)}
        if provenance:
            told["provenance"] = None if answer.abstained else self.provenance(answer.answer, reader=reader)
        return told

    def provenance(self, text: str, *, reader: str | None = None) -> dict[str, Any]:
        """Which training posts contain the longest spans of `text`, as far as this reader may see them now."""
        from linnet.provenance.shown import provenance_of

        folder = self.workspace.stage_path("provenance")
        return provenance_of(text, folder=folder, store=self.store, reader=reader)

    def consent_coverage(self) -> dict[str, Any]:
        """How many posts each use may touch, and why not the others."""
        from linnet.posts.coverage import consent_coverage

        seq = self.store.current_seq()
        with self._lock:
            if self._coverage is None or self._coverage[0] != seq:
                self._coverage = (seq, consent_coverage(self.store))
            return self._coverage[1]

    def consent_where(self, author_id: str) -> dict[str, Any]:
        """In which places an author's posts are, and where they were used. For the operator: no text in it."""
        from linnet.erasure.model_debt import model_folders
        from linnet.provenance.where import where_of
        from linnet.training.learnt import posts_learnt

        folder, root = self.workspace.stage_path, self.workspace.root
        return where_of(
            author_id,
            store=self.store,
            corpus=folder("corpus"),
            provenance=folder("provenance"),
            models={path.relative_to(root).as_posix(): path for path in model_folders(self.workspace)},
            learnt=posts_learnt,
            indexes={"words": self._count_words, "vectors": self._count_vectors},
        )

    def _count_words(self, post_ids: Sequence[str]) -> int:
        snapshot = self.index.lexical.snapshot()
        return sum(map(snapshot.holds, post_ids)) if snapshot is not None else 0

    def _count_vectors(self, post_ids: Sequence[str]) -> int:
        return int(self.index.vectors(self.embedder).vectors_of(post_ids).num_rows)

    def rate(self, answer_id: str, rating: str, reader: str | None = None) -> dict[str, Any]:
        """Keep what a reader thought of an answer: "up" or "down". Preference tuning learns from it."""
        from linnet.training.preferences.ratings_table import rate_answer

        rate_answer(self.store.state, answer_id, rating, reader=reader)
        return {"answer_id": answer_id, "rating": rating}

    def _register_use(self, answer: Answer) -> str | None:
        """Remember which posts an answer was made of, so that a trace and an erasure find it.

        The answer's id; None for one that is not kept.
        """
        used = {citation.post_id for sentence in answer.sentences for citation in sentence.citations}
        if not used:
            return None
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        reference = hashlib.blake2b(f"{now}\x1f{answer.question}".encode(), digest_size=8).hexdigest()
        rows = [
            {"post_id": post_id, "place": "answer", "reference": reference, "used_at": now}
            for post_id in sorted(used)
        ]
        kept = {"reference": reference, "kind": "answer", "made_at": now, "body": to_json(answer)}
        with self.store.state.engine.begin() as connection:
            connection.execute(insert(uses).on_conflict_do_nothing(), rows)
            if self.store.forgotten.among("post", used):  # erased while the answer was being made
                connection.rollback()
                return None
            connection.execute(insert(outputs).on_conflict_do_nothing(), kept)
        return reference

    def post(
        self, post_id: str, *, reader: str | None = None, purpose: str = "retrieve"
    ) -> dict[str, Any] | None:
        """A post with its parent and replies; None when there is none that this reader may see.

        With the purpose "generate" only posts that a language model may read as well.
        """
        found = self._posts([post_id], reader=reader, purpose=purpose)
        if not found:
            return None
        post = found[0]
        parents = self._posts([post.reply_to], reader=reader, purpose=purpose) if post.reply_to else []
        replies = self.store.replies(post_id, purpose=purpose, reader=reader)
        if purpose == "generate" and replies:
            replies = self._posts([reply.post_id for reply in replies], reader=reader, purpose=purpose)
        return {
            **to_json(post),
            "parent": to_json(parents[0]) if parents else None,
            "replies": [to_json(reply) for reply in replies],
        }

    def _posts(self, post_ids: Sequence[str], *, reader: str | None, purpose: str) -> list[Post]:
        """For "generate" only what may also be found, as the retriever does it."""
        found = self.store.get(post_ids, purpose=purpose, reader=reader)
        if purpose != "generate" or not found:
            return found
        return self.store.get([post.post_id for post in found], purpose="retrieve", reader=reader)

    # --- erasure -------------------------------------------------------------------------------------------

    def forget(self, *, posts: Sequence[str] = (), authors: Sequence[str] = ()) -> dict[str, Any]:
        """Erase posts, or authors with all their posts, from every file; the receipt says what remains."""
        from linnet.erasure import forget

        report = forget(self.workspace, posts=posts, authors=authors)
        return {
            "receipt": report.receipt,
            "posts": report.posts,
            "places": report.places,
            "debt": report.debt,
        }

    def erasures(self) -> dict[str, Any]:
        """Every request so far, newest first, with the debts that are still open."""
        from linnet.erasure.requests import list_erasures

        return {"requests": list_erasures(self.workspace)}

    # --- what stands ---------------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        with self.store.state.engine.connect() as connection:
            set_aside = connection.execute(sa.select(sa.func.count()).select_from(quarantine)).scalar()
        return {
            "workspace": self.workspace.settings().get("name", self.workspace.root.name),
            **self._count_posts(),
            "quarantined": set_aside,
            "live": CursorBook(self.store.state).all(),
            "stages": stage_states(self.workspace, self._recipe),
            "index": self._index_state(),
            "model": self._model_card(),
        }

    def _count_posts(self) -> dict[str, Any]:
        """Counts over all posts; kept until the store changes."""
        seq = self.store.current_seq()
        with self._lock:
            if self._overview is None or self._overview[0] != seq:
                self._overview = (seq, self._overview_now())
            return self._overview[1]

    def _overview_now(self) -> dict[str, Any]:
        columns = ["author_id", "created_at", "language", "visibility"]
        posts = self.store.read(purpose="moderate", columns=columns)
        days = (
            posts.group_by(pl.col("created_at").dt.date().alias("day"))
            .agg(pl.len().alias("posts"))
            .sort("day")
        )
        languages = posts["language"].fill_null("und").value_counts(sort=True, name="posts").head(12)
        visibility = posts["visibility"].value_counts(sort=True, name="posts")
        newest = self.store.read(purpose="retrieve", columns=["created_at"])["created_at"].max()
        return {
            "posts": len(posts),
            "authors": posts["author_id"].n_unique(),
            "newest_post": to_json(newest),
            "languages": [{"language": name, "posts": count} for name, count in languages.iter_rows()],
            "posts_per_day": [
                {"day": day.isoformat(), "posts": count}
                for day, count in days.tail(MAX_DAYS_SHOWN).iter_rows()
            ],
            "visibility": [{"visibility": name, "posts": count} for name, count in visibility.iter_rows()],
        }

    def _index_state(self) -> dict[str, Any]:
        from linnet.retrieval.index import share

        seq = self.store.current_seq()
        with self._lock:
            if self._usable is None or self._usable[0] != seq:
                usable = {purpose: self.store.count(purpose=purpose) for purpose in ("retrieve", "embed")}
                self._usable = (seq, usable)
            usable = self._usable[1]
        snapshot = self.index.lexical.snapshot()
        words = snapshot.post_count if snapshot else 0
        vectors = self.index.vectors(self.embedder).count()
        return {
            "lexical": {"posts": words, "coverage": share(words, usable["retrieve"])},
            "vectors": {
                "posts": vectors,
                "coverage": share(vectors, usable["embed"]),
                "backlog": max(usable["embed"] - vectors, 0),
            },
        }

    def _model_card(self) -> dict[str, Any] | None:
        from linnet.erasure.requests import open_debt_posts

        base = read_manifest(self.workspace.stage_path("base"))
        if base is None:
            return None
        evaluated = read_manifest(self.workspace.stage_path("evaluation"))
        owed = open_debt_posts(self.workspace, self.store.state)
        return {
            "name": self.model_name,
            "version": served_id(self.workspace),
            "parameters": base.counts.get("parameters"),
            "tokens": base.counts.get("tokens_seen"),
            "bits_per_byte": evaluated.counts.get("bits_per_byte") if evaluated else None,
            "capable": self._has_model() and self.language_model.capable,
            "debt": f"{owed:,} posts" if owed else None,  # erased, and learnt from before
        }

    def dropped(self, reason: str | None = None, limit: int = 50) -> dict[str, Any]:
        """What curation left out and why, with examples as anybody may read them now."""
        from linnet.corpus.dropped import dropped_by_reason, read_dropped

        corpus = self.workspace.stage_path("corpus")
        rows = read_dropped(corpus, reason=reason, limit=limit)
        posts = {post.post_id: post for post in self.store.get(rows["post_id"].to_list(), purpose="retrieve")}
        return {
            "reasons": dropped_by_reason(corpus),
            "reason": reason,
            "posts": [_dropped_post(row, posts.get(row["post_id"])) for row in rows.iter_rows(named=True)],
        }

    def training(self) -> dict[str, Any]:
        """The runs of the base model: the one that goes on or was stopped, then the one that stands."""
        from linnet.training.watch.run import read_run

        folder = self.workspace.stage_path("base")
        running = is_held(self.workspace, "build")
        runs = []
        for path in (next_folder(folder), folder):
            found = read_run(path, running=running and path != folder)
            if found is not None:
                runs.append({"name": path.name, **found})
        return {"runs": runs}

    # --- one post's life -----------------------------------------------------------------------------------

    def trace(self, post_id: str) -> dict[str, Any]:
        """Where a post came from, what was made of it, where it was used. For the operator: no text in it."""
        post, steps = self._trace_arrival(post_id)
        if post is not None:
            steps += [self._trace_consent(post), *self._trace_model(post_id)]
        steps += self._trace_index(post_id, stands=post is not None)
        steps += self._trace_uses(post_id)
        return {"post_id": post_id, "steps": steps}

    def _trace_arrival(self, post_id: str) -> tuple[Post | None, list[dict[str, Any]]]:
        posts = self.store.get([post_id], purpose="moderate")
        if posts:
            post = posts[0]
            facts = {
                "source": post.source,
                "platform": post.platform,
                "author_id": post.author_id,
                "visibility": post.visibility,
                "language": post.language,
                "edited_at": to_json(post.edited_at),
            }
            detail = f"from {post.source} by {post.author_id}, {post.visibility}"
            return post, [_step("ingested", "done", detail, at=to_json(post.created_at), facts=facts)]
        with self.store.state.engine.connect() as connection:
            row = connection.execute(sa.select(tombstones).where(tombstones.c.post_id == post_id)).first()
        erased_at = self.store.forgotten.when("post", post_id)
        if erased_at is not None:
            return None, [_step("ingested", "denied", f"erased on {erased_at[:10]}", at=erased_at)]
        if row is not None:
            return None, [
                _step("ingested", "denied", f"withdrawn: {row.reason}; nothing of it is shown any more")
            ]
        raise BadInput(f'no post has the id "{post_id}": copy it from a search result')

    def _trace_consent(self, post: Post) -> dict[str, Any]:
        verdicts = {}
        for purpose in PURPOSES:
            verdict = self.store.consent_snapshot(purpose, authors=[post.author_id]).verdict(
                post_id=post.post_id,
                author_id=post.author_id,
                visibility=post.visibility,
                source=post.source,
            )
            verdicts[purpose] = f"{'yes' if verdict.allowed else 'no'} ({verdict.reason})"
        allowed = [purpose for purpose, verdict in verdicts.items() if verdict.startswith("yes")]
        return _step("consent", "done", "may be used to " + ", ".join(allowed), facts=verdicts)

    def _trace_model(self, post_id: str) -> list[dict[str, Any]]:
        corpus = self.workspace.stage_path("corpus")
        curated = read_manifest(corpus)
        if curated is None:
            return [_step("document", "waiting", "no corpus yet: linnet build")]
        found = _rows(corpus / "posts-*.parquet", pl.col("post_id") == post_id)
        if not found:
            dropped = _rows(corpus / "dropped-*.parquet", pl.col("post_id") == post_id)
            if dropped:
                return [
                    _step(
                        "document",
                        "dropped",
                        f"left out of training: {dropped[0]['reason']}",
                        at=curated.finished_at,
                    )
                ]
            return [_step("document", "waiting", "not in the corpus: newer than it, or not for training")]
        document_id, split = found[0]["document_id"], found[0]["split"]
        document = _rows(corpus / "documents-*.parquet", pl.col("document_id") == document_id)[0]
        size = len(document["post_ids"])
        steps = [
            _step(
                "document",
                "done",
                f"document {document_id} of {size} post{'s' if size > 1 else ''}, split {split}",
                at=curated.finished_at,
                facts={
                    "document_id": document_id,
                    "posts": size,
                    "language": document["language"],
                    "split": split,
                },
            )
        ]
        tokenized = read_manifest(self.workspace.stage_path("tokenizer"))
        if tokenized is not None:
            from linnet.model.tokenizer import load_tokenizer

            tokens = len(
                load_tokenizer(self.workspace.stage_path("tokenizer")).encode_document(document["texts"])
            )
            steps.append(
                _step(
                    "tokens", "done", f"{tokens:,} tokens", at=tokenized.finished_at, facts={"tokens": tokens}
                )
            )
        for stage in ("base", "chat"):
            manifest = read_manifest(self.workspace.stage_path(stage))
            if manifest is None:
                steps.append(_step(stage, "waiting", "not trained yet: linnet build"))
            elif manifest.inputs.get("curate") != curated.output_digest:
                steps.append(
                    _step(
                        stage,
                        "waiting",
                        "trained on an earlier corpus: linnet build",
                        at=manifest.finished_at,
                    )
                )
            elif split == "heldout":
                steps.append(
                    _step(stage, "denied", "kept from training, to measure with", at=manifest.finished_at)
                )
            else:
                facts = {name: manifest.counts[name] for name in TRACED_COUNTS if name in manifest.counts}
                detail = f"its document is in the training data of {manifest.output_digest}"
                seen, corpus_tokens = (
                    manifest.counts.get(name, 0) for name in ("tokens_seen", "corpus_tokens")
                )
                if seen < corpus_tokens:
                    detail += f", of which the model saw {seen / corpus_tokens:.0%}"
                if "conversations" in facts:
                    detail += f", from which {facts['conversations']:,} conversations were drawn"
                steps.append(_step(stage, "done", detail, at=manifest.finished_at, facts=facts))
        return steps

    def _trace_index(self, post_id: str, *, stands: bool) -> list[dict[str, Any]]:
        snapshot = self.index.lexical.snapshot()
        held = {
            "words": snapshot is not None and snapshot.holds(post_id),
            "vectors": self.index.vectors(self.embedder).vectors_of([post_id]).num_rows > 0,
        }
        told = {
            (True, True): ("done", "in it"),
            (True, False): ("waiting", "not in it"),
            (False, True): ("waiting", "hidden from every search; leaves it with the next update"),
            (False, False): ("denied", "not in it any more"),
        }
        return [_step(name, *told[stands, has]) for name, has in held.items()]

    def _trace_uses(self, post_id: str) -> list[dict[str, Any]]:
        with self.store.state.engine.connect() as connection:
            rows = connection.execute(
                sa.select(uses).where(uses.c.post_id == post_id).order_by(uses.c.used_at)
            ).all()
        return [
            _step(row.place, "done", f"used in {row.place} {row.reference}", at=row.used_at) for row in rows
        ]


def _step(
    step: str, state: str, detail: str, *, at: str | None = None, facts: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"step": step, "state": state, "detail": detail, "at": at, "facts": facts or {}}


def _rows(path: Path, where: pl.Expr) -> list[dict[str, Any]]:
    return pl.scan_parquet(path).filter(where).collect().to_dicts()


def _dropped_post(row: dict[str, Any], post: Post | None) -> dict[str, Any]:
    """`text` is None for a post that may not be shown any more."""
    shown: dict[str, Any] = {"language": None, "created_at": None, "text": None}
    if post is not None:
        shown = {"language": post.language, "created_at": to_json(post.created_at), "text": post.text}
    return {**row, **shown}

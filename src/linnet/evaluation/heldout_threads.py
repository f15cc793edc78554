"""Held-out documents as evaluations ask about them: whole, in a fixed random order, consent looked at once more.

The corpus was filtered when it was curated. Posts may have been withdrawn, restricted or edited since, so a document is
used only while the store still gives each of its posts for every purpose, with the text that it had.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from linnet.errors import NotReady
from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.posts.store import PostStore
from linnet.training.run_folder import MODEL_FOLDER
from linnet.training.tasks.look import corpus_seq_of, still_shown
from linnet.workspace import Workspace


def model_folder(folder: Path) -> Path:
    """The Hugging Face folder: `folder` itself or the `hf` in it. Raises NotReady without a model."""
    for candidate in (folder, folder / MODEL_FOLDER):
        if (candidate / "config.json").exists():
            return candidate
    raise NotReady(f"no model in {folder}; train one first: linnet build")


def heldout_documents(
    workspace: Workspace, *, purposes: Sequence[str] = ("train",), most: int | None = None, seed: int = 0
) -> list[DocumentText]:
    """The held-out documents of which every post may still be used for `purposes`, shuffled, at most `most`."""
    corpus = workspace.stage_path("corpus")
    documents = list(read_documents(document_files(corpus), "heldout"))
    if not documents:
        raise NotReady(
            f"the corpus of {workspace.root} holds no post out; ingest more posts, then: linnet build"
        )
    documents.sort(key=lambda document: document.document_id)
    random.Random(seed).shuffle(documents)
    documents = documents[:most]
    asked = [post_id for document in documents for post_id in document.post_ids]
    store, allowed, corpus_seq = PostStore(workspace), set(asked), corpus_seq_of(corpus)
    for purpose in purposes:
        allowed &= still_shown(store, asked, corpus_seq=corpus_seq, purpose=purpose)
    usable = [document for document in documents if allowed.issuperset(document.post_ids)]
    if not usable:
        raise NotReady(
            f"no held-out post of {workspace.root} may be used to {' and '.join(purposes)}; see: linnet consent"
        )
    return usable

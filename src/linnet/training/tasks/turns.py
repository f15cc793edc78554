"""A document's posts as the turns of a conversation: posts of one author in a row make one turn."""

from __future__ import annotations

from dataclasses import dataclass

from linnet.model.documents import DocumentText


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    author_id: str
    text: str
    post_ids: tuple[str, ...]


def turns_of(document: DocumentText) -> list[Turn]:
    """Empty posts count for nothing."""
    turns: list[Turn] = []
    for post_id, author, text in zip(document.post_ids, document.author_ids, document.texts, strict=True):
        if not text.strip():
            continue
        if turns and turns[-1].author_id == author:
            text, earlier = f"{turns[-1].text}\n{text}", turns.pop().post_ids
        else:
            earlier = ()
        turns.append(Turn(author_id=author, text=text, post_ids=(*earlier, post_id)))
    return turns

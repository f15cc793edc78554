"""Small documents with real sentences: threads about a town, and single posts."""

from __future__ import annotations

from linnet.model.documents import DocumentText


def document(
    *posts: tuple[str, str], name: str = "d", language: str = "en", month: str = "2026-10"
) -> DocumentText:
    """Posts as (author, text)."""
    return DocumentText(
        document_id=name,
        texts=tuple(text for _, text in posts),
        author_ids=tuple(author for author, _ in posts),
        post_ids=tuple(f"{name}-{number}" for number in range(len(posts))),
        language=language,
        month=month,
    )


PLACES = (
    "Kestrel Museum", "Vesper Boathouse", "Quillon Library", "Tarn Bakery", "Lindow Cinema", "Rowan Stadium",
    "Thistle Theatre", "Corran Castle", "Osier Bridge", "Calder Market", "Ashby Observatory",
)  # fmt: skip
TOPICS = ("lanterns", "pumpkins", "trumpets", "gardening", "astronomy", "pottery", "juggling", "bookbinding")


def town() -> list[DocumentText]:
    """Some sixty threads whose posts name a place, a topic and a number."""
    documents = []
    for number in range(64):
        place, topic = PLACES[number % len(PLACES)], TOPICS[(number // 3) % len(TOPICS)]
        lead = (
            f"we went to the {place} to see {topic} with {number + 3} friends of ours. #{topic.title()}Night"
        )
        thread = [(f"a{number}", lead)]
        if number % 2:
            thread.append(
                (f"b{number}", f"the {place} sells tickets for {topic} at €{number}.50 all week long")
            )
        if number % 4 == 3:
            thread.append(
                (f"c{number}", f"nobody told me that the {place} has {topic} this autumn, day {number}")
            )
        if number % 8 == 0:
            thread = [
                (f"q{number}", f"when does the {place} open on day {number}?"),
                (f"b{number}", f"on day {number} they open at noon, for {topic}"),
            ]
        documents.append(document(*thread, name=f"d{number:03}"))
    return documents

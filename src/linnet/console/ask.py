"""The ask page: an answer whose every sentence opens to the posts it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.console.answers import MAX_PROVENANCE_CHARACTERS, MAX_QUERY_CHARACTERS
from linnet.console.elements import icon, notice, tag
from linnet.console.formatting import format_time, parse_time
from linnet.console.frame import ConsolePage, frame
from linnet.console.languages import current_texts
from linnet.console.links import ask_url, provenance_url, search_url
from linnet.console.loading import show
from linnet.console.markup import one_line, visible_text
from linnet.console.platform import Platform
from linnet.console.post_card import author_label, post_card
from linnet.console.texts import Texts


@dataclass(frozen=True, kw_only=True)
class Source:
    """One citation of an answer, numbered from 1 in the order of the text."""

    number: int
    quote: str
    post: Mapping[str, Any] | None  # None when it may no longer be read


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer with the posts behind it. `sentences` pairs each sentence with its sources."""

    answer: Mapping[str, Any]
    sentences: tuple[tuple[str, tuple[Source, ...]], ...]


def mount_ask(platform: Platform) -> None:
    @ConsolePage("/ask")
    async def ask(q: str = "") -> None:
        texts = current_texts()
        question = q.strip()[:MAX_QUERY_CHARACTERS]
        title = texts("ask.title_for", query=one_line(question, 60)) if question else texts("ask.title")
        json_url = ask_url(question).replace("/ask", "/api/ask", 1)
        with frame(texts, title=title, active="ask", json_url=json_url, query=question):
            if not question:
                tag("h1", texts("ask.title"))
                tag("p", texts("ask.start"), css="lead")
                return
            tag("h1", visible_text(question), css="question", dir="auto")
            await show(
                lambda: asked(platform, question),
                lambda reply: show_reply(question, reply, texts),
                texts,
                loading=texts("loading.ask"),
            )


def asked(platform: Platform, question: str) -> Reply:
    """Ask, and read each cited post as an anonymous reader may see it now."""
    answer = platform.ask(question)
    posts: dict[str, Mapping[str, Any] | None] = {}
    numbers: dict[tuple[str, str], int] = {}
    sentences = []
    for sentence in answer.get("sentences") or ():
        sources = []
        for citation in sentence.get("citations") or ():
            post_id, quote = str(citation["post_id"]), str(citation.get("quote") or "")
            if post_id not in posts:
                posts[post_id] = platform.post(post_id)
            number = numbers.setdefault((post_id, quote), len(numbers) + 1)
            sources.append(Source(number=number, quote=quote, post=posts[post_id]))
        sentences.append((str(sentence["text"]), tuple(sources)))
    return Reply(answer=answer, sentences=tuple(sentences))


def show_reply(question: str, reply: Reply, texts: Texts) -> None:
    answer = reply.answer
    as_of = parse_time(answer.get("as_of"))
    with tag("section", css="card answer", aria_label=texts("ask.answer")):
        if answer.get("abstained"):
            with tag("div", css="abstained"):
                icon("info")
                tag("p", texts("ask.abstained"), css="lead")
            if answer.get("answer"):
                tag("p", visible_text(str(answer["answer"])), css="quiet", dir="auto")
            tag("a", texts("ask.search_instead"), href=search_url(question), css="button")
        elif reply.sentences:
            for position, (text, sources) in enumerate(reply.sentences):
                _sentence(position, text, sources, texts)
        else:
            tag("p", visible_text(str(answer.get("answer") or "")), css="sentence-text", dir="auto")
        with tag("p", css="facts facts-small answer-foot"):
            if not answer.get("abstained"):
                how = "ask.extractive" if answer.get("extractive") else "ask.composed"
                tag("span", texts(how), css="chip")
            if as_of:
                tag("span", texts("ask.as_of", when=format_time(as_of, texts)))
    if answer.get("notice"):
        notice("info", one_line(str(answer["notice"]), 400))
    said = answer_text(reply)
    with tag("div", css="buttons"):
        if any(sources for _, sources in reply.sentences) and not answer.get("abstained"):
            tag(
                "button",
                texts("ask.show_all"),
                css="button",
                type="button",
                data_sources=True,
                data_show=texts("ask.show_all"),
                data_hide=texts("ask.hide_all"),
            )
        if said and not answer.get("abstained"):
            tag("a", texts("ask.provenance"), css="button", href=provenance_url(said))


def answer_text(reply: Reply) -> str:
    """The answer's words, as far as the provenance page takes them."""
    text = " ".join(text for text, _ in reply.sentences) or str(reply.answer.get("answer") or "")
    return text[:MAX_PROVENANCE_CHARACTERS].strip()


def _sentence(position: int, text: str, sources: tuple[Source, ...], texts: Texts) -> None:
    """The sentence, its numbered chips, and behind each chip the post; the page's script opens and closes them."""
    with tag("div", css="sentence"):
        with tag("p", css="sentence-text", dir="auto"):
            tag("span", visible_text(text))
            for source in sources:
                if source.post is None:
                    label = texts("ask.cite_unknown", number=source.number)
                else:
                    label = texts("ask.cite", number=source.number, author=author_label(source.post, texts))
                tag(
                    "button",
                    str(source.number),
                    css="cite",
                    type="button",
                    aria_expanded="false",
                    aria_controls=f"source-{position}-{source.number}",
                    aria_label=label,
                    title=label,
                )
        for source in sources:
            with tag("div", css="source", id=f"source-{position}-{source.number}", hidden=True):
                if source.post is None:
                    tag("p", texts("ask.source_gone"), css="quiet")
                else:
                    post_card(source.post, texts, quote=source.quote, css="post-source")

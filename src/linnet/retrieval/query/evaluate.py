"""What the query language means: one post against one query, in plain Python.

The index answers the same, with one exception: beside rarer words of a query, very common ones only rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linnet.records import Post
from linnet.retrieval.post_terms import (
    addressed,
    cashtags,
    domains,
    kinds,
    language_keys,
    links,
    url_words,
)
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
    Or,
    Phrase,
    Public,
    Since,
    To,
    Until,
    Url,
    Word,
)
from linnet.retrieval.query.parsed import ParsedQuery
from linnet.retrieval.wanted import Wanted, has_words, wanted, wanted_loosely
from linnet.retrieval.words import fold, split_words


@dataclass(frozen=True, kw_only=True)
class Context:
    reader: str | None = None  # the author_id who asks
    posts: Sequence[Post] = ()  # those that the reader may see; to: and mentions:me look authors up in them


def matches(query: ParsedQuery, post: Post, *, context: Context) -> bool:
    """Whether `post` answers `query`. Who may see it is another question."""
    words = [word for word in query.optional if has_words(word.text)]
    if query.optional and not words and not query.required:
        return False
    if words and not any(_stands(one, post) for word in words for one in wanted_loosely(word.text)):
        return False
    return meets_conditions(query, post, context=context)


def meets_conditions(query: ParsedQuery, post: Post, *, context: Context) -> bool:
    """Everything but the optional words."""
    return all(holds(node, post, context) for node in query.required)


def holds(node: Node, post: Post, context: Context) -> bool:
    match node:
        case And(nodes):
            return all(holds(inner, post, context) for inner in nodes)
        case Or(nodes):
            return any(holds(inner, post, context) for inner in nodes)
        case Not(inner):
            return not holds(inner, post, context)
        case Word(text) | Phrase(text):
            one = wanted(text)
            return one is not None and _stands(one, post)
        case From(author):
            return wrote(author, post, context.reader)
        case To(author):
            handles = handles_of(author, context)
            return any(handle in handles for handle in addressed(post.text)) or any(
                post.reply_to == other.post_id and wrote(author, other, context.reader)
                for other in context.posts
            )
        case Mention(handle):
            handles = handles_of(handle, context) if handle == ME else {handle.removeprefix("@")}
            asked = [wanted("@" + one) for one in handles]
            return any(one is not None and _stands(one, post) for one in asked)
        case Language(tag):
            return tag in language_keys(post.language)
        case Since(time):
            return post.created_at >= time
        case Until(time):
            return post.created_at < time
        case Kind(name):
            return name in kinds(post.to_row(), links(post.text, post.urls))
        case Conversation(post_id):
            return post_id in (post.post_id, post.conversation_id)
        case Url(text):
            asked_words = split_words(text).body
            return any(_in_a_row(asked_words, url_words(url)) for url in links(post.text, post.urls))
        case Domain(host):
            return any(host in domains(url) for url in links(post.text, post.urls))
        case AtLeast(field, number):
            return (getattr(post, field) or 0) >= number
        case AtMost(field, number):
            return (getattr(post, field) or 0) <= number
        case Public():
            return post.visibility == "public"


def wrote(author: str, post: Post, reader: str | None) -> bool:
    """Whether `author` (an id, a handle, ME) wrote the post."""
    if author == ME:
        return post.author_id == reader
    name = author.removeprefix("@")
    return post.author_id == name or (fold(post.author_name or "") == fold(name) != "")


def handles_of(author: str, context: Context) -> set[str]:
    """Folded: the value itself, and the handles under which the author with this id writes."""
    author_id = context.reader if author == ME else author.removeprefix("@")
    found = {fold(post.author_name or "") for post in context.posts if post.author_id == author_id}
    return (found if author == ME else {*found, fold(author.removeprefix("@"))}) - {""}


def _stands(one: Wanted, post: Post) -> bool:
    words = split_words(post.text)
    if one.field == "extra":
        return one.terms[0] in (*words.extra, *cashtags(post.text))
    return _in_a_row(one.terms, words.body)


def _in_a_row(terms: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(terms)] == terms for at in range(len(words) - len(terms) + 1))

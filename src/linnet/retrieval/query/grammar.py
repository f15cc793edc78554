"""The grammar, read by recursive descent:

    query   = operand { "OR" operand }          top level: without OR, a bare word is optional
    operand = item { ["AND"] item }             AND makes its neighbours necessary
    item    = { "NOT" | "-" | "+" } ( word | phrase | operator | "(" query ")" )

AND binds tighter than OR. Inside parentheses and beside an OR every item is necessary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from linnet.errors import BadInput
from linnet.retrieval.query.nodes import (
    And,
    From,
    Language,
    Node,
    Phrase,
    Since,
    To,
    Until,
    Word,
    all_of,
    any_of,
    leaves,
    negated,
)
from linnet.retrieval.query.operators import SORT, build, read_sort
from linnet.retrieval.query.parsed import ParsedQuery
from linnet.retrieval.query.tokens import Token, Type, clean, tokenize
from linnet.retrieval.wanted import has_words
from linnet.retrieval.words import fold

MAX_WORDS = 64  # words and phrases
MAX_CONDITIONS = 128  # operators
MAX_ADDRESSEES = 4  # different authors of to:, each of whose posts are looked up
MAX_DEPTH = 16  # parentheses in parentheses


def parse_query(query: str, *, now: datetime | None = None) -> ParsedQuery:
    """The query as understood; `now` is what ages such as since:7d count from.

    Raises BadInput for an operator that cannot mean anything.
    """
    notes: list[str] = []
    tokens = tokenize(clean(query, notes), notes)
    now = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    return _Parser(tokens=tokens, notes=notes, now=now).parse()


@dataclass(slots=True)
class _Item:
    node: Node
    is_bare: bool  # a word without a sign
    is_joined: bool = False  # by AND


@dataclass(kw_only=True)
class _Parser:
    tokens: list[Token]
    notes: list[str]
    now: datetime
    at: int = 0
    sort: str = "relevance"
    words: int = 0
    conditions: int = 0
    wordless: str = ""  # something that was to be found and holds no word

    def parse(self) -> ParsedQuery:
        self._drop_lone_closings()
        operands = self._operands(depth=0)
        optional: list[Word] = []
        required: list[Node] = []
        if len(operands) > 1 and (either := _either(operands)) is not None:
            required = [either]
        for item in operands[0] if len(operands) == 1 else ():
            if isinstance(item.node, Word) and item.is_bare and not item.is_joined:
                optional.append(item.node)
            elif (node := _worded(item.node)) is not None:
                required += node.nodes if isinstance(node, And) else (node,)
        if not optional and not required and self.wordless:
            required = [Phrase(self.wordless)]
        required = _merged(_merged(required, From), Language)
        _check_times(required)
        _check_addressees(required)
        if self.words > MAX_WORDS:
            self.notes.append(f"only the first {MAX_WORDS} of {self.words} words were used")
        if self.conditions > MAX_CONDITIONS:
            self.notes.append(f"only the first {MAX_CONDITIONS} of {self.conditions} operators were used")
        return ParsedQuery(
            optional=tuple(optional),
            required=tuple(required),
            sort="newest" if self.sort == "newest" else "relevance",
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _drop_lone_closings(self) -> None:
        opened = 0
        kept: list[Token] = []
        for token in self.tokens:
            opened += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
            if opened < 0:
                opened = 0
                self.notes.append("a closing parenthesis without its partner was ignored")
            else:
                kept.append(token)
        self.tokens = kept

    def _operands(self, *, depth: int) -> list[list[_Item]]:
        """What stands between ORs, up to a closing parenthesis or the end; only what says something."""
        operands: list[list[_Item]] = []
        items: list[_Item] = []
        seen_or = and_waits = False
        while (token := self._peek()) is not None and token.type is not Type.CLOSE:
            if token.type in (Type.OR, Type.AND):
                self.at += 1
                if not items:
                    self.notes.append(f"{token.type.name} without something on both sides was ignored")
                elif token.type is Type.AND:
                    items[-1].is_joined = and_waits = True
                else:
                    if and_waits:
                        self.notes.append("AND without something on both sides was ignored")
                    operands.append(items)
                    items, seen_or, and_waits = [], True, False
                continue
            item = self._item(depth=depth)
            if item is not None:
                item.is_joined, and_waits = and_waits, False
                items.append(item)
        if items:
            operands.append(items)
        if and_waits or (seen_or and not items):
            name = "AND" if and_waits else "OR"
            self.notes.append(f"{name} without something on both sides was ignored")
        if len(operands) > 1:
            worded = [operand for operand in operands if any(_worded(item.node) for item in operand)]
            operands = worded or operands[:1]
        return operands

    def _item(self, *, depth: int) -> _Item | None:
        is_negated = is_signed = False
        while (token := self._peek()) is not None and token.type in (Type.NOT, Type.MINUS, Type.PLUS):
            self.at += 1
            is_negated ^= token.type is not Type.PLUS
            is_signed = True
        if token is None or token.type in (Type.CLOSE, Type.OR, Type.AND):
            self.notes.append("NOT without something after it was ignored")
            return None
        self.at += 1
        inside = depth > 0 or is_signed
        node = self._group(depth=depth) if token.type is Type.OPEN else self._leaf(token, inside=inside)
        if node is None:
            return None
        is_bare = token.type is Type.WORD and not is_signed
        if not is_bare or depth:
            worded = _worded(node)
            if worded is None and not is_negated:
                self.wordless = self.wordless or token.text
            if worded is None:
                return None
            node = worded
        return _Item(negated(node) if is_negated else node, is_bare)

    def _group(self, *, depth: int) -> Node | None:
        if depth >= MAX_DEPTH:
            raise BadInput(
                f"the query has more than {MAX_DEPTH} parentheses inside each other; write it flatter"
            )
        operands = self._operands(depth=depth + 1)
        if self._peek() is None:
            self.notes.append("an opening parenthesis without its partner was closed at the end")
        self.at += 1
        return _either(operands)

    def _leaf(self, token: Token, *, inside: bool) -> Node | None:
        if token.type is Type.OPERATOR:
            if token.name == SORT:
                if inside:
                    raise BadInput(
                        "sort: orders the whole query; write it without a sign and outside parentheses"
                    )
                self.sort = read_sort(token.text)
                return None
            node = build(token.name, token.text, now=self.now)
            self.conditions += 1 if node is None else sum(1 for _ in leaves(node))
            return node if self.conditions <= MAX_CONDITIONS else None
        if not token.text:
            return None
        self.words += 1
        if self.words > MAX_WORDS:
            return None
        return Word(token.text) if token.type is Type.WORD else Phrase(token.text)

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None


def _worded(node: Node) -> Node | None:
    """Without the words and phrases that hold nothing to search for."""
    if isinstance(node, Word | Phrase):
        return node if has_words(node.text) else None
    return node


def _either(operands: list[list[_Item]]) -> Node | None:
    nodes: list[Node] = []
    for operand in operands:
        inner = all_of([node for item in operand if (node := _worded(item.node)) is not None])
        if inner is not None:
            _check_times(list(inner.nodes) if isinstance(inner, And) else [inner])
            nodes.append(inner)
    return any_of(nodes)


def _merged(nodes: list[Node], kind: type[From] | type[Language]) -> list[Node]:
    """Several from: (or lang:) at the top level mean any of them, for a post has but one author."""
    same = [node for node in nodes if isinstance(node, kind)]
    if len(same) < 2:
        return nodes
    either = any_of(list(same))
    first = nodes.index(same[0])
    kept = [node for node in nodes if not isinstance(node, kind)]
    return [*kept[:first], either, *kept[first:]] if either is not None else kept


def _check_times(nodes: list[Node]) -> None:
    since = max((node.time for node in nodes if isinstance(node, Since)), default=None)
    until = min((node.time for node in nodes if isinstance(node, Until)), default=None)
    if since is not None and until is not None and since >= until:
        raise BadInput("since: lies at or after until:, so no post can match; swap them")


def _check_addressees(nodes: list[Node]) -> None:
    named = {fold(leaf.author) for node in nodes for leaf in leaves(node) if isinstance(leaf, To)}
    if len(named) > MAX_ADDRESSEES:
        raise BadInput(f"the query has to: with {len(named)} different authors; {MAX_ADDRESSEES} at most")

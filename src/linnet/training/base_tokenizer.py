"""A base model's own tokenizer, with Linnet's special and control tokens added behind its vocabulary.

The base's vocabulary and its ids stay: they are what its weights mean. Its own added tokens (`<|im_start|>`, `<think>`)
become special ones, so that text in which they stand remains text; only runs of white space, which some vocabularies
hold as added tokens, are left to be read from text. A merge that would spell a special token out of text is taken away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.errors import BadInput
from linnet.lineage import write_atomically
from linnet.model.tokenizer import (
    BOS_TOKEN,
    SPECIAL_TOKENS,
    TOKENIZER_CONFIG_FILE,
    TOKENIZER_FILE,
    load_tokenizer,
    tokenizer_config,
)

PROBES = (
    "Hello world", " two  spaces ", "line\n\nline\r\n\ttab", "cafe\u0301 café", "ﬁ ２ Å", "日本語とРусский", "🐦‍🔥👩🏽‍🚀",
    "a\u200bb\u00a0c", "<s> </s> [INST] x", "http://a.example/?q=1&r=%20#t",
)  # fmt: skip
"""Texts that tokenizers with a normaliser do not give back as they were."""


@dataclass(frozen=True, kw_only=True)
class BaseVocabulary:
    """A foreign tokenizer made into Linnet's."""

    size: int  # tokens, Linnet's included
    base_size: int  # tokens of the base: ids below are its own
    changed_texts: tuple[str, ...]  # probes that come back otherwise; empty where text survives
    kind: str  # the tokenizer's model: BPE or Unigram


def extend_tokenizer(base: Path, out: Path, *, controls: Sequence[str], rows: int) -> BaseVocabulary:
    """Write the tokenizer of folder `base`, with Linnet's tokens, to `out`. `rows` are the base's embeddings."""
    path = base / TOKENIZER_FILE
    content = _read(path)
    names = _names(content, path)
    base_size = len(names)
    if base_size > rows:
        raise BadInput(
            f"{path} has {base_size:,} tokens but the model only {rows:,} embeddings; it belongs to another model"
        )
    if max(names.values()) >= base_size:
        raise BadInput(
            f"{path}: its {base_size:,} tokens have ids up to {max(names.values()):,}; ids with gaps cannot be added to"
        )

    wanted = [*SPECIAL_TOKENS, *controls]
    added = {token["content"]: {**token, "special": True} if token["content"].strip() else token
             for token in content.get("added_tokens") or ()}  # fmt: skip
    for token in wanted:
        index = names.setdefault(token, len(names))
        plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
        added[token] = {"id": index, "content": token, **plain, "special": True}
    specials = {token for token, facts in added.items() if facts["special"]}
    content["added_tokens"] = sorted(added.values(), key=lambda facts: facts["id"])
    content["truncation"] = content["padding"] = None
    content["post_processor"] = _begin_with(BOS_TOKEN, names[BOS_TOKEN])
    model = content["model"]
    if model.get("merges"):
        model["merges"] = [merge for merge in model["merges"] if _spelled(merge) not in specials]

    text = json.dumps(content, ensure_ascii=False)
    _check(text, names, specials, unknown=model.get("unk_token"), path=path)
    out.mkdir(parents=True, exist_ok=True)
    settings = tokenizer_config(wanted)
    settings.pop("add_prefix_space")  # as the base's own file has it
    write_atomically(out / TOKENIZER_CONFIG_FILE, json.dumps(settings, indent=1))
    write_atomically(out / TOKENIZER_FILE, text)
    tokenizer = load_tokenizer(out)
    return BaseVocabulary(
        size=len(names),
        base_size=base_size,
        changed_texts=changed_texts(tokenizer, PROBES),
        kind=model.get("type") or "BPE",
    )


def changed_texts(tokenizer: Any, texts: Iterable[str]) -> tuple[str, ...]:
    """Those texts that do not come back from their tokens as they were."""
    return tuple(
        text
        for text in texts
        if tokenizer.decode(tokenizer.encode_text(text), keep_special_tokens=True) != text
    )


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise BadInput(
            f"{path.parent} has no {TOKENIZER_FILE}; save its fast tokenizer with transformers' save_pretrained first"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind = content["model"].get("type") or "BPE"
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadInput(f"{path} is no tokenizer file; download the model again") from error
    if kind not in ("BPE", "Unigram"):
        raise BadInput(f"{path}: a {kind} tokenizer loses text; only BPE and Unigram ones can be continued")
    return content


def _names(content: dict[str, Any], path: Path) -> dict[str, int]:
    """Token -> id, the added ones included."""
    vocabulary = content["model"].get("vocab")
    try:
        if isinstance(vocabulary, dict):
            names = dict(vocabulary)
        else:  # Unigram: a list of token and score
            names = {token: index for index, (token, _) in enumerate(vocabulary or ())}
        names |= {token["content"]: token["id"] for token in content.get("added_tokens") or ()}
        whole = all(isinstance(index, int) for index in names.values())
    except (TypeError, ValueError, KeyError) as error:
        raise BadInput(f"{path} is no tokenizer file ({error}); download the model again") from error
    if not names or not whole or len(set(names.values())) != len(names):
        raise BadInput(f"{path}: two tokens share an id, or there are none; download the model again")
    return names


def _spelled(merge: str | list[str]) -> str:
    return merge.replace(" ", "", 1) if isinstance(merge, str) else "".join(merge)


def _begin_with(token: str, index: int) -> dict[str, Any]:
    """A post-processor that puts one token before a text."""
    from tokenizers import processors

    template = processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A $B", special_tokens=[(token, index)]
    )
    return json.loads(template.__getstate__())


def _check(text: str, names: dict[str, int], specials: set[str], *, unknown: str | None, path: Path) -> None:
    """Every token has its id, and no text makes a special one."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:  # the library raises bare Exception
        raise BadInput(f"{path} is no tokenizer file ({error}); download the model again") from error
    tokenizer.encode_special_tokens = True
    for token, index in names.items():
        if tokenizer.token_to_id(token) != index:
            raise BadInput(
                f"{path}: the token {token!r} has another id in use than in the file; it cannot be added to"
            )
    # The unknown token stands for characters outside the vocabulary; nobody can write it on purpose.
    ids = {names[token] for token in specials if token != unknown}
    ordered = sorted(specials)
    for form in ("{}", " {}", "a{}b", "\n{}\n"):
        texts = [form.format(token) for token in ordered]
        for token, found in zip(
            ordered, tokenizer.encode_batch_fast(texts, add_special_tokens=False), strict=True
        ):
            if not ids.isdisjoint(found.ids):
                raise BadInput(
                    f"{path} reads {token!r} in a post as a special token, which is not safe; choose another base"
                )

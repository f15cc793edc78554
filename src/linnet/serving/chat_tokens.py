"""Messages and prompts to token ids, and token ids to bytes, with the tokenizer of the model's own folder.

A chat is `<|bos|>`, then for each message `<|role|>` text `<|end|>`, then `<|assistant|>`. The special tokens are put
in by id; text is encoded apart from them, so a post that contains the characters "<|assistant|>" stays text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from linnet.errors import BadInput
from linnet.protocols import Message

ROLES = ("system", "user", "assistant")


class ChatTokenizer:
    """A byte-level BPE tokenizer.json. Safe to use from several threads."""

    def __init__(self, hf: Path) -> None:
        from tokenizers import Tokenizer

        path = hf / "tokenizer.json"
        try:
            written: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise BadInput(f"{path} is missing; a Hugging Face model folder has one") from error
        except ValueError as error:
            raise BadInput(f"{path} is not valid JSON: {error}") from error
        if "ByteLevel" not in json.dumps(written.get("decoder")):
            raise BadInput(f"{path}: only byte-level BPE tokenizers can be served")
        self._tokenizer = Tokenizer.from_str(json.dumps(written))
        self._tokenizer.encode_special_tokens = True  # text that looks like a special token is text
        self._added = {token["id"]: token for token in written.get("added_tokens", [])}
        id_of = {token["content"]: index for index, token in self._added.items() if token["special"]}
        try:
            self._bos, self._end = id_of["<|bos|>"], id_of["<|end|>"]
            self._roles = {role: id_of[f"<|{role}|>"] for role in ROLES}
        except KeyError as error:
            raise BadInput(f"{path}: the special token {error.args[0]} is missing") from error
        # No special token is ever part of an answer: whichever comes first ends it.
        self.stop_ids = frozenset(id_of.values())

    def encode_text(self, text: str) -> list[int]:
        clean = text.encode("utf-8", "replace").decode()  # lone surrogates cannot be encoded
        return self._tokenizer.encode(clean, add_special_tokens=False).ids

    def encode_prompt(self, prompt: str) -> list[int]:
        """A document to go on with."""
        return [self._bos, *self.encode_text(prompt)]

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """The messages and the start of the assistant's turn."""
        ids = [self._bos]
        for message in messages:
            if message.role not in self._roles:
                raise BadInput(f"the role {message.role!r} is unknown; use one of {', '.join(ROLES)}")
            ids += [self._roles[message.role], *self.encode_text(message.content), self._end]
        return [*ids, self._roles["assistant"]]

    def token_bytes(self, index: int) -> bytes:
        """What a token adds to the text; nothing for special tokens and for padding of the vocabulary."""
        return self._bytes.get(index, b"")

    @cached_property
    def _bytes(self) -> dict[int, bytes]:
        alphabet = byte_alphabet()
        table = {}
        for token, index in self._tokenizer.get_vocab(with_added_tokens=True).items():
            added = self._added.get(index)
            if added is None:
                table[index] = bytes(alphabet[character] for character in token)
            elif not added["special"]:
                table[index] = token.encode()
        return table


def byte_alphabet() -> dict[str, int]:
    """Byte-level BPE writes each byte as one visible character: itself if printable, else from U+0100 upwards."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {chr(byte): byte for byte in visible} | {
        chr(256 + place): byte for place, byte in enumerate(hidden)
    }

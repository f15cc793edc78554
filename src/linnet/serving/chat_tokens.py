"""Messages and prompts to token ids, and token ids to bytes, with the tokenizer in the model's own folder.

`ModelTokenizer` never reads a special token out of text, so a post that contains "<|assistant|>" stays text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.protocols import Message

BYTE_TOKEN = re.compile("<0x[0-9A-F]{2}>")


class ChatTokenizer:
    """Safe to use from several threads."""

    def __init__(self, hf: Path) -> None:
        self._tokenizer = load_tokenizer(hf)
        # No special token is ever part of an answer: whichever comes first ends it.
        self.stop_ids = self._tokenizer.special_ids
        bytes_of = bytes_of_tokens(json.loads((hf / TOKENIZER_FILE).read_text(encoding="utf-8")))
        self._bytes = {index: found for index, found in bytes_of.items() if index not in self.stop_ids}
        # Some vocabularies put a space before every text; an answer begins with it as well.
        starts = [self.token_bytes(self._tokenizer.encode_text(letter)[0]) for letter in "ab"]
        self.first_space = " " if all(start.startswith(b" ") for start in starts) else ""

    def encode_prompt(self, prompt: str) -> list[int]:
        """A document to go on with."""
        return [*self._tokenizer.header(), *self._tokenizer.encode_text(_clean(prompt))]

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """The messages and the start of the assistant's turn."""
        clean = [Message(role=message.role, content=_clean(message.content)) for message in messages]
        return self._tokenizer.encode_chat(clean)

    def token_bytes(self, index: int) -> bytes:
        """What a token adds to the text; nothing for special tokens and for padding of the vocabulary."""
        return self._bytes.get(index, b"")


def bytes_of_tokens(tokenizer: dict[str, Any]) -> dict[int, bytes]:
    """What each token of a tokenizer.json adds to a text.

    Byte-level vocabularies, Linnet's own among them, write bytes as visible characters. Those made from SentencePiece
    write a space as U+2581 and a byte that stands alone as <0xE2>; which it is, the decoder says.
    """
    model = tokenizer["model"]
    vocabulary = model["vocab"]
    if not isinstance(vocabulary, dict):  # Unigram: a list of token and score
        vocabulary = {token: index for index, (token, _) in enumerate(vocabulary)}
    if '"ByteLevel"' in json.dumps(tokenizer.get("decoder")):
        alphabet = byte_alphabet()
        words = {
            index: bytes(alphabet[character] for character in token)
            for token, index in vocabulary.items()
            if all(character in alphabet for character in token)
        }
    else:
        words = {
            index: bytes([int(token[3:5], 16)])
            if BYTE_TOKEN.fullmatch(token)
            else token.replace("\u2581", " ").encode()
            for token, index in vocabulary.items()
        }
    # Added tokens stand for themselves, as they are.
    return words | {added["id"]: added["content"].encode() for added in tokenizer.get("added_tokens") or ()}


def byte_alphabet() -> dict[str, int]:
    """Byte-level BPE writes each byte as one visible character: itself if printable, else from U+0100 upwards."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {chr(byte): byte for byte in visible} | {
        chr(256 + place): byte for place, byte in enumerate(hidden)
    }


def _clean(text: str) -> str:
    """Half of a surrogate pair, which JSON may carry, cannot be encoded."""
    return text.encode("utf-8", "replace").decode()

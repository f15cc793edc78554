"""Messages and prompts to token ids, and token ids to bytes, with the tokenizer in the model's own folder.

`ModelTokenizer` never reads a special token out of text, so a post that contains "<|assistant|>" stays text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from linnet.model.tokenizer import BOS_ID, SPECIAL_TOKENS, TOKENIZER_FILE, load_tokenizer
from linnet.protocols import Message


class ChatTokenizer:
    """Safe to use from several threads."""

    # No special token is ever part of an answer: whichever comes first ends it.
    stop_ids = frozenset(range(len(SPECIAL_TOKENS)))

    def __init__(self, hf: Path) -> None:
        self._tokenizer = load_tokenizer(hf)
        alphabet = byte_alphabet()
        vocabulary = json.loads((hf / TOKENIZER_FILE).read_text(encoding="utf-8"))["model"]["vocab"]
        self._bytes: dict[int, bytes] = {
            index: bytes(alphabet[character] for character in token)
            for token, index in vocabulary.items()
            if index not in self.stop_ids
        }

    def encode_prompt(self, prompt: str) -> list[int]:
        """A document to go on with."""
        return [BOS_ID, *self._tokenizer.encode_text(_clean(prompt))]

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """The messages and the start of the assistant's turn."""
        clean = [Message(role=message.role, content=_clean(message.content)) for message in messages]
        return self._tokenizer.encode_chat(clean)

    def token_bytes(self, index: int) -> bytes:
        """What a token adds to the text; nothing for special tokens and for padding of the vocabulary."""
        return self._bytes.get(index, b"")


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

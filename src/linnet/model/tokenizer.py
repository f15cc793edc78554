"""The tokenizer: byte-level BPE trained on the platform's own documents, and a safe way to use it.

Thirty-two special tokens stand first (ids 0..31), then the control tokens of the corpus (`controls`). A pretraining
document is `<|bos|>`, its control tokens, then each post's text and `<|end|>`; where several authors speak, each
post opens with its author's token: `<|author_0|>` for the first, and so on. A chat is `<|bos|>`, then each message
as its role's token, its text and `<|end|>`.

Posts are untrusted: `ModelTokenizer` never reads a special token out of text, so a post that contains the
characters `<|assistant|>` stays ordinary bytes. The Hugging Face files written beside it do parse them, as every
chat template does; do not render untrusted text through `apply_chat_template`.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from linnet.errors import BadInput, NotReady, WrongUse
from linnet.lineage import write_atomically
from linnet.model.controls import NO_CONTROLS, ControlIds, Controls, control_tokens
from linnet.model.documents import DocumentText, document_files, read_documents
from linnet.progress import SILENT, Progress

BOS_TOKEN, END_TOKEN, PAD_TOKEN = "<|bos|>", "<|end|>", "<|pad|>"
ROLE_TOKENS = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>"}
NUM_AUTHORS = 8  # authors told apart in one document; the eighth token stands for all further ones
AUTHOR_TOKENS = tuple(f"<|author_{index}|>" for index in range(NUM_AUTHORS))
LINK_TOKEN = "<|link|>"
SPECIAL_TOKENS = (
    BOS_TOKEN, END_TOKEN, PAD_TOKEN, *ROLE_TOKENS.values(), *AUTHOR_TOKENS, LINK_TOKEN,
    *(f"<|reserved_{index}|>" for index in range(17)),
)  # fmt: skip
NUM_BYTES = 256

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

TOKENIZER_FILE, TOKENIZER_CONFIG_FILE = "tokenizer.json", "tokenizer_config.json"
TOKENIZER_FILES = (TOKENIZER_FILE, TOKENIZER_CONFIG_FILE)


class ChatMessage(Protocol):
    """Anything with a role and a content: `linnet.protocols.Message` is one."""

    @property
    def role(self) -> str: ...

    @property
    def content(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class TokenizerConfig:
    vocab_size: int = 4096  # tokens at most; the special ones and the 256 bytes are among them
    max_sample_documents: int = 200_000  # documents to learn from, shared out evenly over the languages
    min_pair_frequency: int = 2  # occurrences a pair of tokens needs to be merged
    seed: int = 0  # chooses the sample

    def __post_init__(self) -> None:
        least = len(SPECIAL_TOKENS) + NUM_BYTES
        if not least <= self.vocab_size <= 2**32:
            raise ValueError(f"vocab_size is {self.vocab_size}; it must be {least} or more")
        if self.max_sample_documents < 1:
            raise ValueError(f"max_sample_documents is {self.max_sample_documents}; it must be 1 or more")
        if self.min_pair_frequency < 1:
            raise ValueError(f"min_pair_frequency is {self.min_pair_frequency}; it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class TokenizerReport:
    vocab_size: int  # tokens in the vocabulary; fewer than asked when the corpus has too few pairs
    sampled_documents: Mapping[str, int]  # by language
    bytes_per_token: Mapping[str, float]  # by language, and "all"; higher is better
    measured_on: str  # "heldout" where the corpus has held-out documents, else "train"


class ModelTokenizer:
    """Text to token ids and back, without loss, never taking a special token from text."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.encode_special_tokens = True
        self.vocab_size: int = tokenizer.get_vocab_size()
        vocabulary: dict[str, int] = tokenizer.get_vocab()
        self.bos_id, self.end_id, self.pad_id = (
            vocabulary[token] for token in (BOS_TOKEN, END_TOKEN, PAD_TOKEN)
        )
        self.author_ids = tuple(vocabulary[token] for token in AUTHOR_TOKENS)
        self._role_ids = {role: vocabulary[token] for role, token in ROLE_TOKENS.items()}
        self.controls = ControlIds.of_vocabulary(vocabulary)
        # A continued base brings special tokens of its own.
        self.special_ids = frozenset(
            index for index, token in tokenizer.get_added_tokens_decoder().items() if token.special
        )

    @property
    def special_token_ids(self) -> dict[str, int]:
        """As model configurations name them."""
        return {"bos_token_id": self.bos_id, "eos_token_id": self.end_id, "pad_token_id": self.pad_id}

    def encode_text(self, text: str) -> list[int]:
        """The tokens of one text and nothing else."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def encode_texts(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode_text` of many texts at once, on all cores."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def header(self, controls: Controls = NO_CONTROLS) -> list[int]:
        """`<|bos|>` and the control tokens that the vocabulary knows."""
        return [self.bos_id, *self.controls.encode(controls)]

    def encode_document(
        self, texts: Sequence[str], author_ids: Sequence[str] = (), controls: Controls = NO_CONTROLS
    ) -> list[int]:
        """The header, then each post's tokens and `<|end|>`; authors' tokens where there is more than one author."""
        return self.join_document(self.encode_texts(texts), author_ids, controls)

    def join_document(
        self, encoded: Sequence[list[int]], author_ids: Sequence[str], controls: Controls
    ) -> list[int]:
        """`encode_document` of posts that are token ids already."""
        ids = self.header(controls)
        numbers = {author: number for number, author in enumerate(dict.fromkeys(author_ids))}
        for position, text_ids in enumerate(encoded):
            if len(numbers) > 1:
                ids.append(self.author_ids[min(numbers[author_ids[position]], NUM_AUTHORS - 1)])
            ids += text_ids
            ids.append(self.end_id)
        return ids

    def encode_message(self, role: str, content: str) -> list[int]:
        """The role's token, the tokens of the content, `<|end|>`."""
        if role not in self._role_ids:
            raise BadInput(f'message role "{role}" is unknown; use one of {", ".join(ROLE_TOKENS)}')
        return [self._role_ids[role], *self.encode_text(content), self.end_id]

    def encode_chat(
        self,
        messages: Sequence[ChatMessage],
        add_generation_prompt: bool = True,
        controls: Controls = NO_CONTROLS,
    ) -> list[int]:
        """The header, the messages, and `<|assistant|>` when the model is to answer next."""
        ids = self.header(controls)
        for message in messages:
            ids += self.encode_message(message.role, message.content)
        if add_generation_prompt:
            ids.append(self._role_ids["assistant"])
        return ids

    def decode(self, ids: Sequence[int], *, keep_special_tokens: bool = False) -> str:
        """The text of the tokens; bytes that are no UTF-8 (a cut character) become U+FFFD."""
        return self._tokenizer.decode(list(ids), skip_special_tokens=not keep_special_tokens)


def load_tokenizer(folder: Path) -> ModelTokenizer:
    """The tokenizer in a tokenizer folder or a model folder."""
    from tokenizers import Tokenizer

    path = folder / TOKENIZER_FILE
    if not path.exists():
        raise NotReady(f"no {TOKENIZER_FILE} in {folder}; train a tokenizer first: linnet tokenizer")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise BadInput(f"{path} is no tokenizer file ({error}); train it again: linnet tokenizer") from error
    vocabulary = tokenizer.get_vocab()
    if missing := [token for token in SPECIAL_TOKENS if token not in vocabulary]:
        raise BadInput(f"{path} lacks Linnet's special token {missing[0]}; train it again: linnet tokenizer")
    return ModelTokenizer(tokenizer)


def train_tokenizer(
    corpus: Path, out: Path, *, config: TokenizerConfig, progress: Progress = SILENT
) -> TokenizerReport:
    """Learn the vocabulary from the train split and write tokenizer.json and tokenizer_config.json to `out`."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    files = document_files(corpus)
    progress.start("Sampling documents", unit="documents")
    controls: set[Controls] = set()
    sample = _sample_over_languages(_counted(read_documents(files, "train"), progress, controls), config)
    if not sample:
        raise NotReady(f"the corpus in {corpus} has no document to train on; ingest posts and curate again")

    specials = [*SPECIAL_TOKENS, *control_tokens(controls)]
    if len(specials) + NUM_BYTES > config.vocab_size:
        raise WrongUse(
            f"a vocabulary of {config.vocab_size:,} has no room for words beside {len(specials):,} special tokens "
            f"and {NUM_BYTES} bytes; raise vocab_size"
        )
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    # GPT-2's own splitting: runtimes that read GGUF know it by name.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        min_frequency=config.min_pair_frequency,
        special_tokens=specials,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [text for document in sample for text in document.texts]
    progress.start("Training the tokenizer on", len(texts), "posts")
    tokenizer.train_from_iterator(texts, trainer=trainer, length=len(texts))
    progress.advance(len(texts))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS_TOKEN} $A",
        pair=f"{BOS_TOKEN} $A $B",
        special_tokens=[(BOS_TOKEN, SPECIAL_TOKENS.index(BOS_TOKEN))],
    )

    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / TOKENIZER_CONFIG_FILE, json.dumps(tokenizer_config(specials), indent=1))
    write_atomically(out / TOKENIZER_FILE, tokenizer.to_str(pretty=False))

    heldout = _sample_over_languages(read_documents(files, "heldout"), config)
    progress.start("Measuring the tokenizer")
    bytes_per_token = _bytes_per_token(ModelTokenizer(tokenizer), heldout or sample)
    progress.finish()
    return TokenizerReport(
        vocab_size=tokenizer.get_vocab_size(),
        sampled_documents=_count_by_language(sample),
        bytes_per_token=bytes_per_token,
        measured_on="heldout" if heldout else "train",
    )


def tokenizer_config(specials: Sequence[str]) -> dict[str, Any]:
    """What `tokenizer_config.json` says: the special tokens and the chat template."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BOS_TOKEN,
        "eos_token": END_TOKEN,
        "pad_token": PAD_TOKEN,
        "additional_special_tokens": [
            token for token in specials if token not in (BOS_TOKEN, END_TOKEN, PAD_TOKEN)
        ],
        "add_bos_token": True,
        "add_eos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        "padding_side": "right",
        "chat_template": CHAT_TEMPLATE,
    }


def _counted(
    documents: Iterator[DocumentText], progress: Progress, controls: set[Controls]
) -> Iterator[DocumentText]:
    """The documents as they come, their control tokens noted."""
    for document in documents:
        controls.add(document.controls)
        progress.advance()
        yield document


def _sample_over_languages(documents: Iterator[DocumentText], config: TokenizerConfig) -> list[DocumentText]:
    """At most max_sample_documents, the same number of every language while it has that many.

    Which documents are taken depends on their ids and the seed alone, not on their order.
    """
    kept: dict[str, list[tuple[int, int, DocumentText]]] = defaultdict(list)
    for position, document in enumerate(documents):
        key = f"{config.seed}:{document.document_id}".encode()
        rank = -int.from_bytes(hashlib.blake2b(key, digest_size=8).digest())
        heap = kept[document.language]
        item = (rank, -position, document)
        if len(heap) < config.max_sample_documents:
            heapq.heappush(heap, item)
        else:
            heapq.heappushpop(heap, item)  # a heap of the lowest hashes: the highest one leaves
    quotas = share_evenly(config.max_sample_documents, {name: len(heap) for name, heap in kept.items()})
    sample = []
    for language in sorted(kept):
        best_first = sorted(kept[language], key=lambda item: item[:2], reverse=True)
        sample += [document for _, _, document in best_first[: quotas[language]]]
    return sample


def share_evenly(total: int, available: Mapping[str, int]) -> dict[str, int]:
    """Share `total` over the names evenly; what a name cannot use goes to the others."""
    shares: dict[str, int] = {}
    left = total
    names = sorted(available, key=lambda name: (available[name], name))
    for position, name in enumerate(names):
        shares[name] = min(available[name], -(-left // (len(names) - position)))
        left -= shares[name]
    return shares


def _count_by_language(documents: Sequence[DocumentText]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for document in documents:
        counts[document.language] += 1
    return dict(sorted(counts.items()))


def _bytes_per_token(tokenizer: ModelTokenizer, documents: Sequence[DocumentText]) -> dict[str, float]:
    num_bytes: dict[str, int] = defaultdict(int)
    num_tokens: dict[str, int] = defaultdict(int)
    for document in documents:
        for text, ids in zip(document.texts, tokenizer.encode_texts(document.texts), strict=True):
            for name in (document.language, "all"):
                num_bytes[name] += len(text.encode())
                num_tokens[name] += len(ids)
    return {name: num_bytes[name] / max(num_tokens[name], 1) for name in sorted(num_bytes)}

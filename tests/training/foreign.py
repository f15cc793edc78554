"""Small base models that are not Linnet's: another tokenizer, other special tokens, other shapes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from tests.model.corpora import WORDS

# Qwen's and Llama 3's ways of splitting text before the merges, shortened.
QWEN_SPLIT = r"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3_SPLIT = (
    r"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
OWN_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.1,
}


def byte_level_tokenizer(split: str = LLAMA3_SPLIT) -> Any:
    """Trained on other texts than the corpus: other words, the same letters."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        trainers,
    )

    tokenizer = Tokenizer(models.BPE())
    if split == QWEN_SPLIT:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    rng = random.Random(7)
    texts = [
        " ".join("".join(rng.sample(word, len(word))) for word in rng.choices(WORDS, k=9)) for _ in range(200)
    ]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=330, initial_alphabet=sorted(alphabet), show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(list(OWN_TOKENS))
    tokenizer.add_tokens([AddedToken("<think>", special=False, normalized=False)])
    return tokenizer


def make_base(
    folder: Path,
    kind: str = "llama",
    *,
    tied: bool = False,
    padding: int = 20,
    shards: bool = False,
    **changes: Any,
) -> Path:
    """A model with random weights, `padding` embeddings more than its tokenizer has tokens, in bfloat16-free float32."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    tokenizer = byte_level_tokenizer(QWEN_SPLIT if kind == "qwen3" else LLAMA3_SPLIT)
    sizes = {**SHAPE, "vocab_size": tokenizer.get_vocab_size() + padding, "tie_word_embeddings": tied}
    if kind == "qwen3":
        sizes["head_dim"] = 32  # 4 heads of 32 in a width of 64, as Qwen3's smallest has it
    if kind == "mistral":
        sizes["sliding_window"] = None
    config = AutoConfig.for_model(kind, **{**sizes, **changes})
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.uniform_(0.5, 1.5)
    model.save_pretrained(folder, **({"max_shard_size": "60KB"} if shards else {}))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": "<|endoftext|>"}))
    (folder / "README.md").write_text("---\nlicense: apache-2.0\nlanguage:\n- en\n---\n\n# A base\n")
    return folder


def sentencepiece_tokenizer() -> Any:
    """As Llama 2's is written: spaces as U+2581 and one before every text, bytes as <0xE2>, merges that spell <s>."""
    from tokenizers import Tokenizer

    tokens = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        "\u2581",
        *map(chr, range(33, 127)),
    ]
    merges = [["<", "s"], ["<s", ">"], ["<", "/"], ["</", "s"], ["</s", ">"], ["\u2581", "b"], ["i", "r"]]
    tokens += [token for merge in merges if (token := "".join(merge)) not in tokens]
    special = [{"id": index, "content": token, "special": True} for index, token in enumerate(tokens[:3])]
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    space = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
    back = {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}
    content = {
        "version": "1.0",
        "added_tokens": [{**token, **plain} for token in special],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, space]},
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [back, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}],
        },
        "model": {
            "type": "BPE",
            "unk_token": "<unk>",
            "fuse_unk": True,
            "byte_fallback": True,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": merges,
        },
    }  # fmt: skip
    return Tokenizer.from_str(json.dumps(content))

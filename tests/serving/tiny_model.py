"""A tiny Llama that has memorised a few chats, made on the spot: greedy text can be checked word for word."""

from __future__ import annotations

import json
from pathlib import Path

from linnet.model.tokenizer import CHAT_TEMPLATE, SPECIAL_TOKENS

BOS, END, PAD, SYSTEM, USER, ASSISTANT = range(6)

CHATS = [
    ("Where do linnets sing?", "Linnets sing on the gorse, high above the grey sea."),
    ("What is new today?", "The ferry is late and the market opens at nine."),
    ("Say it with pictures.", "Here: 🐦🌊 and 日本語, naïve café."),
    ("Who are you?", "I am a very small model that learned four answers by heart."),
]
POST = "Morning all. The tide is out and the harbour is full of gulls."


def make_tiny_model(
    hf: Path,
    *,
    steps: int = 220,
    tied: bool = False,
    seed: int = 0,
    spread: float = 0.02,
    hidden_size: int = 64,
) -> Path:
    """Train for a few seconds and write the Hugging Face folder `hf`.

    steps=0 leaves the weights random; `spread` is their standard deviation.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM

    hf.mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=480,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text for chat in CHATS[:2] for text in chat] * 3, trainer)
    tokenizer.save(str(hf / "tokenizer.json"))
    (hf / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "bos_token": "<|bos|>",
                "eos_token": "<|end|>",
                "pad_token": "<|pad|>",
                "chat_template": CHAT_TEMPLATE,
            }
        )
    )

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=512,  # padded beyond the tokenizer, as real exports are
        hidden_size=hidden_size,
        intermediate_size=160,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        rope_parameters={"rope_type": "default", "rope_theta": 50_000.0},
        tie_word_embeddings=tied,
        initializer_range=spread,
        bos_token_id=BOS,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    model = LlamaForCausalLM(config)
    tokenizer.encode_special_tokens = True

    def ids(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    rows = [[BOS, USER, *ids(question), END, ASSISTANT, *ids(answer), END] for question, answer in CHATS]
    rows.append([BOS, *ids(POST), END])
    width = max(map(len, rows))
    batch = torch.tensor([row + [PAD] * (width - len(row)) for row in rows])
    labels = batch.masked_fill(batch == PAD, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for matrices this small, threads only wait for each other
    for _ in range(steps):
        loss = model(input_ids=batch, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss.item() < 0.02:
            break
    torch.set_num_threads(threads)
    if steps:
        assert loss.item() < 0.1, f"the tiny model did not learn: loss {loss.item():.3f}"
    model.save_pretrained(hf)
    return hf

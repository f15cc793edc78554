"""OLMo-core weights to a Hugging Face model folder, Llama or Qwen3: config, safetensors, tokenizer, generation config."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnet.model.presets import Architecture
from linnet.model.tokenizer import TOKENIZER_FILES, load_tokenizer


def export_model(
    state: dict[str, Any],
    shape: Architecture,
    out: Path,
    *,
    vocab_size: int,
    context_length: int,
    tokenizer: Path,
) -> None:
    """Write the model to `out`, which appears whole or not at all. The weights keep their bits."""
    from olmo_core.nn.hf.convert import convert_state_to_hf
    from transformers import AutoModelForCausalLM, GenerationConfig

    ids = load_tokenizer(tokenizer).special_token_ids
    config = hf_config(shape, vocab_size=vocab_size, context_length=context_length, token_ids=ids)
    weights = {name: tensor.contiguous() for name, tensor in convert_state_to_hf(config, state).items()}
    model = AutoModelForCausalLM.from_config(config)
    model.load_state_dict(weights, strict=False)
    shared = {"lm_head.weight"} if shape.tied else set()
    missing = set(model.state_dict()) - set(weights) - shared
    if missing:
        raise RuntimeError(f"the export lacks weights: {sorted(missing)}")
    model.generation_config = GenerationConfig(**ids, do_sample=False)
    save_model_folder(model, out, tokenizer=tokenizer)


def hf_config(
    shape: Architecture, *, vocab_size: int, context_length: int, token_ids: Mapping[str, int]
) -> Any:
    """The shape as transformers names it. `token_ids` has bos_token_id, eos_token_id and pad_token_id."""
    from transformers import LlamaConfig, Qwen3Config

    kind: Any = Qwen3Config if shape.qk_norm else LlamaConfig
    return kind(
        vocab_size=vocab_size,
        hidden_size=shape.d_model,
        intermediate_size=shape.hidden_size,
        num_hidden_layers=shape.n_layers,
        num_attention_heads=shape.n_heads,
        num_key_value_heads=shape.n_kv_heads,
        head_dim=shape.head_dim,
        max_position_embeddings=context_length,
        rms_norm_eps=shape.norm_eps,
        rope_parameters={"rope_type": "default", "rope_theta": float(shape.rope_theta)},
        tie_word_embeddings=shape.tied,
        dtype="float32",
        **token_ids,
    )


def save_model_folder(model: Any, out: Path, *, tokenizer: Path) -> None:
    """Save a transformers model with the tokenizer's files beside it, then move the whole folder into place."""
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    model.save_pretrained(temporary, safe_serialization=True)
    for name in TOKENIZER_FILES:
        shutil.copyfile(tokenizer / name, temporary / name)
    shutil.rmtree(out, ignore_errors=True)
    temporary.replace(out)

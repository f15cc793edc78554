from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linnet.errors import BadInput
from linnet.model.tokenizer import CHAT_TEMPLATE, SPECIAL_TOKENS
from linnet.serving.gguf import interleave_rotary, pre_tokenizer_name, write_gguf
from tests.serving.tiny_model import make_tiny_model
from tests.training.foreign import make_base


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    from gguf import GGUFReader

    reader = GGUFReader(path)
    return {name: field.contents() for name, field in reader.fields.items()}, {
        tensor.name: tensor for tensor in reader.tensors
    }


def log_probabilities(hf: Path, gguf: Path) -> tuple[Any, Any]:
    """Of 40 generated tokens, as OpenVINO computes them from the GGUF and transformers from the folder."""
    from linnet.quiet_openvino import import_openvino

    openvino = import_openvino()
    import openvino_genai
    import torch
    from transformers import AutoModelForCausalLM

    write_gguf(hf, gguf)
    prompt = np.random.default_rng(0).integers(32, 300, 120)
    config = openvino_genai.GenerationConfig(max_new_tokens=40, ignore_eos=True, logprobs=1)
    scheduler = openvino_genai.SchedulerConfig()
    pipeline = openvino_genai.ContinuousBatchingPipeline(str(gguf), scheduler, "CPU", {}, {})
    handle = pipeline.add_request(0, openvino.Tensor(prompt[None]), config)
    ids, ours = [], []
    while pipeline.has_non_finished_requests():
        pipeline.step()
        while handle.can_read():
            for output in handle.read().values():
                ids += output.generated_ids
                ours += output.generated_log_probs
    assert len(ids) == 40
    model: Any = AutoModelForCausalLM.from_pretrained(hf)
    with torch.inference_mode():
        logits = model(torch.tensor([[*prompt.tolist(), *ids]])).logits[0, len(prompt) - 1 : -1]
    return ours, torch.log_softmax(logits, dim=-1)[range(len(ids)), ids]


@pytest.fixture(scope="module")
def written(tiny_hf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gguf(tiny_hf, tmp_path_factory.mktemp("gguf") / "model.gguf")


def test_the_shape_and_the_tokenizer_are_inside(written: Path, tiny_hf: Path) -> None:
    fields, _ = read(written)
    assert fields["general.architecture"] == "llama"
    assert fields["general.file_type"] == 7  # mostly q8_0
    assert fields["llama.attention.head_count_kv"] == 2
    assert fields["llama.rope.freq_base"] == 50_000.0
    assert fields["llama.rope.dimension_count"] == 16
    assert fields["llama.context_length"] == 256
    tokens = fields["tokenizer.ggml.tokens"]
    assert tokens[:32] == list(SPECIAL_TOKENS) and len(tokens) == 512
    assert fields["tokenizer.ggml.token_type"][:33] == [3] * 32 + [1]  # control, then normal
    assert fields["tokenizer.ggml.token_type"][-1] == 5 and tokens[-1] == "[PAD511]"  # unused padding
    assert fields["tokenizer.ggml.pre"] == "gpt-2"
    assert fields["tokenizer.ggml.bos_token_id"] == 0
    assert fields["tokenizer.ggml.eos_token_id"] == 1
    assert fields["tokenizer.ggml.padding_token_id"] == 2
    assert fields["tokenizer.ggml.add_bos_token"] is False
    assert fields["tokenizer.chat_template"] == CHAT_TEMPLATE
    merges = json.loads((tiny_hf / "tokenizer.json").read_text())["model"]["merges"]
    assert [merge.split(" ") for merge in fields["tokenizer.ggml.merges"]] == [
        list(merge) for merge in merges
    ]


def test_matrices_are_q8_0_and_close_to_what_was_trained(written: Path, tiny_hf: Path) -> None:
    from gguf import dequantize
    from safetensors.numpy import load_file

    _, tensors = read(written)
    weights = load_file(tiny_hf / "model.safetensors")
    assert len(tensors) == len(weights)
    assert tensors["output_norm.weight"].tensor_type.name == "F32"
    np.testing.assert_array_equal(tensors["output_norm.weight"].data, weights["model.norm.weight"])
    for ours, theirs in [
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("blk.1.attn_v.weight", "model.layers.1.self_attn.v_proj.weight"),
        ("blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"),
        ("output.weight", "lm_head.weight"),
    ]:
        tensor = tensors[ours]
        assert tensor.tensor_type.name == "Q8_0"
        difference = dequantize(tensor.data, tensor.tensor_type) - weights[theirs]
        assert np.abs(difference).max() <= np.abs(weights[theirs]).max() / 127  # one step of the rounding


def test_rotary_rows_are_interleaved_within_each_head() -> None:
    rows = np.arange(8.0)[:, None] * np.ones((1, 3))  # 2 heads of 4
    assert interleave_rotary(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


@pytest.mark.parametrize(
    ("pre_tokenizer", "name"),
    [
        (None, "default"),
        ({"type": "ByteLevel", "use_regex": True}, "gpt-2"),
        ({"type": "Whitespace"}, "default"),
        (
            {
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Digits", "individual_digits": True},
                    {"type": "ByteLevel", "use_regex": True},
                ],
            },
            "smollm",
        ),
        (
            {
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": r"\p{L}+|\p{N}{1,3}"}},
                    {"type": "ByteLevel", "use_regex": False},
                ],
            },
            "llama-bpe",
        ),
        (
            {
                "type": "Sequence",
                "pretokenizers": [
                    {"type": "Split", "pattern": {"Regex": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?x"}},
                    {"type": "ByteLevel", "use_regex": False},
                ],
            },
            "qwen2",
        ),
    ],
)
def test_pre_tokenizer_names(pre_tokenizer: dict[str, Any] | None, name: str) -> None:
    assert pre_tokenizer_name(pre_tokenizer) == name


def test_a_tied_model_stores_its_embeddings_once(tmp_path: Path) -> None:
    hf = make_tiny_model(tmp_path / "hf", steps=0, tied=True)
    _, tensors = read(write_gguf(hf, tmp_path / "model.gguf"))
    assert "output.weight" not in tensors and "token_embd.weight" in tensors


@pytest.mark.parametrize(
    ("tied", "hidden_size"),
    [(False, 64), (True, 64), (False, 48)],  # rows of 48 do not fit q8_0: stored in f16
)
def test_openvino_computes_the_log_probabilities_of_transformers(
    tmp_path: Path, tied: bool, hidden_size: int
) -> None:
    """Random weights, wide enough that attention matters: wrong rotary rows or frequencies show at once."""
    hf = make_tiny_model(tmp_path / "hf", steps=0, tied=tied, spread=0.12, hidden_size=hidden_size)
    ours, theirs = log_probabilities(hf, tmp_path / "model.gguf")
    # Seen: 0.07 at most with q8_0, 0.02 with f16; 1.0 and more with a wrong frequency base or without interleaving.
    np.testing.assert_allclose(ours, theirs, atol=0.15)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"architectures": ["Qwen3ForCausalLM"]}, "architecture"),
        ({"head_dim": 32}, "hidden_size"),
        ({"rope_parameters": {"rope_type": "yarn", "factor": 4.0}}, "rope scaling"),
        ({"attention_bias": True}, "biases"),
        ({"num_hidden_layers": 3}, "model.layers.2.input_layernorm.weight is missing"),
        ({"vocab_size": 100}, "embeddings"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    tiny_hf: Path, tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    hf = tmp_path / "hf"
    shutil.copytree(tiny_hf, hf)
    config = json.loads((hf / "config.json").read_text())
    (hf / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(BadInput, match=complaint):
        write_gguf(hf, tmp_path / "model.gguf")
    assert [path.name for path in tmp_path.iterdir()] == ["hf"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"config\.json is missing"):
        write_gguf(tmp_path, tmp_path / "model.gguf")


def test_a_qwen3_model_keeps_its_head_norms_and_its_rows_in_halves(tmp_path: Path) -> None:
    from gguf import dequantize
    from safetensors.numpy import load_file

    hf = make_base(tmp_path / "hf", "qwen3")
    fields, tensors = read(write_gguf(hf, tmp_path / "model.gguf"))
    weights = load_file(hf / "model.safetensors")
    assert fields["general.architecture"] == "qwen3"
    assert fields["qwen3.attention.key_length"] == 32  # 4 heads of 32 in a width of 64
    assert fields["tokenizer.ggml.pre"] == "qwen2"
    assert len(tensors) == len(weights)
    for name in "qk":
        norm = tensors[f"blk.1.attn_{name}_norm.weight"].data
        np.testing.assert_array_equal(norm, weights[f"model.layers.1.self_attn.{name}_norm.weight"])
        rows = weights[f"model.layers.1.self_attn.{name}_proj.weight"]
        tensor = tensors[f"blk.1.attn_{name}.weight"]
        difference = dequantize(tensor.data, tensor.tensor_type) - rows
        assert np.abs(difference).max() <= np.abs(rows).max() / 127


@pytest.mark.parametrize(
    ("head_dim", "hidden_size", "tolerance"),
    [(32, 64, 0.35), (32, 48, 0.06), (16, 80, 0.08)],  # q8_0, then f16; seen: 0.18, 0.02 and 0.04
)
def test_openvino_computes_qwen3_as_transformers_does(
    tmp_path: Path, head_dim: int, hidden_size: int, tolerance: float
) -> None:
    hf = make_base(
        tmp_path / "hf",
        "qwen3",
        tied=hidden_size == 48,
        head_dim=head_dim,
        hidden_size=hidden_size,
        rope_parameters={"rope_type": "default", "rope_theta": 50_000.0},
        initializer_range=0.12,
    )
    ours, theirs = log_probabilities(hf, tmp_path / "model.gguf")
    np.testing.assert_allclose(ours, theirs, atol=tolerance)

from __future__ import annotations

import pytest

from linnet.errors import WrongUse
from linnet.model.presets import PRESETS, VOCABULARIES, Architecture, architecture


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("nano", 3),
        ("micro", 12),
        ("small", 120),
        ("1b", 1_000),
        ("7b", 7_000),
        ("70b", 70_000),
        ("300b", 300_000),
    ],
)
def test_presets_have_the_size_they_say(name: str, millions: float) -> None:
    assert architecture(name).num_parameters(VOCABULARIES[name]) == pytest.approx(millions * 1e6, rel=0.16)


@pytest.mark.parametrize("shape", PRESETS.values(), ids=PRESETS)
def test_widths_suit_blocks_of_32(shape: Architecture) -> None:
    assert shape.d_model % 32 == shape.hidden_size % 32 == shape.head_dim % 32 == 0


def test_parameters_are_counted_as_transformers_counts_them() -> None:
    from transformers import LlamaForCausalLM

    from linnet.training.export import hf_config

    shape = Architecture(d_model=64, n_layers=2, n_heads=2, n_kv_heads=1, hidden_size=96)
    ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
    model = LlamaForCausalLM(hf_config(shape, vocab_size=300, context_length=32, token_ids=ids))
    assert shape.num_parameters(300) == model.num_parameters()


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"d_model": 100}, "cannot share|multiple of 32"),
        ({"hidden_size": 100}, "hidden_size is 100"),
        ({"n_heads": 16, "n_kv_heads": 16}, "head_dim is 8"),
        ({"n_layers": 0}, "n_layers is 0"),
        ({"depth": 3}, '"depth" is unknown'),
    ],
)
def test_wrong_shapes_are_named(overrides: dict[str, int], message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        architecture("nano", overrides)


def test_unknown_preset() -> None:
    with pytest.raises(WrongUse, match="nano, micro, small"):
        architecture("huge")

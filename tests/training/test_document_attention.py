from __future__ import annotations

from typing import Any

import pytest
import torch

from linnet.model.presets import Architecture
from linnet.training.document_attention import document_mask, mask_documents
from linnet.training.engine import olmo_config


@pytest.fixture(scope="module", params=[2, 1], ids=["all heads", "shared key heads"])
def model(request: pytest.FixtureRequest) -> Any:
    shape = Architecture(d_model=64, n_layers=2, n_heads=2, n_kv_heads=request.param, hidden_size=96)
    model = olmo_config(shape, 100, seed=0).build(init_device="cpu")
    model.init_weights()
    mask_documents(model)
    return model.eval()


def test_a_document_is_read_as_if_it_stood_alone(model: Any) -> None:
    torch.manual_seed(0)
    documents = [torch.randint(0, 100, (1, length)) for length in (5, 9, 2, 16)]
    packed = torch.cat([torch.cat(documents[:3], 1), documents[3]])
    lengths = torch.tensor([[5, 9, 2], [16, 0, 0]])
    together = model(packed, doc_lens=lengths, max_doc_lens=[9, 16])
    alone = torch.cat([model(document)[0] for document in documents])
    assert torch.allclose(together.flatten(0, 1), alone, atol=1e-5)
    leaking = model(packed)
    assert not torch.allclose(leaking.flatten(0, 1), alone, atol=1e-2)


def test_the_mask_is_causal_and_keeps_documents_apart() -> None:
    mask = document_mask(torch.tensor([0, 2, 4, 8]), batch=2, length=4)
    assert mask.shape == (2, 1, 4, 4)
    assert mask[0, 0].int().tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]]
    assert mask[1, 0].int().tolist() == torch.ones(4, 4).tril().int().tolist()

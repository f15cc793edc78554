from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from linnet.training.muon import ADAMW, MUON, MuonAdamW, orthogonal


def model_and_optimizer() -> tuple[nn.Sequential, MuonAdamW]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16, bias=False), nn.RMSNorm(16), nn.Linear(16, 4, bias=False))
    groups: list[dict[str, Any]] = [
        {"params": [model[0].weight, model[2].weight], "algorithm": MUON, "lr": 0.02},
        {"params": [model[1].weight], "algorithm": ADAMW, "lr": 0.001},
    ]
    optimizer = MuonAdamW(groups, lr=0.02, momentum=0.95, betas=(0.9, 0.95), eps=1e-10, weight_decay=0.0)
    return model, optimizer


def step(model: nn.Module, optimizer: torch.optim.Optimizer, seed: int) -> None:
    torch.manual_seed(seed)
    optimizer.zero_grad()
    model(torch.randn(5, 8)).square().mean().backward()
    optimizer.step()


def test_it_does_what_pytorchs_own_optimizers_do() -> None:
    ours, optimizer = model_and_optimizer()
    theirs, before = copy.deepcopy(ours), copy.deepcopy(ours.state_dict())
    muon = torch.optim.Muon(
        [theirs[0].weight, theirs[2].weight], lr=0.02, momentum=0.95, weight_decay=0.0, eps=1e-10
    )
    adamw = torch.optim.AdamW([theirs[1].weight], lr=0.001, betas=(0.9, 0.95), eps=1e-10, weight_decay=0.0)
    for seed in range(4):
        step(ours, optimizer, seed)
        torch.manual_seed(seed)
        theirs.zero_grad()
        theirs(torch.randn(5, 8)).square().mean().backward()
        muon.step()
        adamw.step()
    for name, weight in theirs.state_dict().items():
        # PyTorch's own iteration runs in bfloat16.
        assert torch.allclose(ours.state_dict()[name], weight, atol=6e-3), name
    assert not torch.allclose(ours[0].weight, before["0.weight"], atol=2e-2)
    assert torch.allclose(ours[1].weight, theirs[1].weight, atol=1e-3)


def test_an_update_is_near_orthogonal() -> None:
    torch.manual_seed(1)
    for shape in ((16, 40), (40, 16)):
        matrix = torch.randn(shape)
        update = orthogonal(matrix, (3.4445, -4.775, 2.0315), 5)
        left, _, right = torch.linalg.svd(matrix, full_matrices=False)
        values = torch.diagonal(left.T @ update @ right.T)
        assert update.shape == matrix.shape
        assert 0.6 < values.min() <= values.max() < 1.3
        assert torch.allclose(left @ torch.diag(values) @ right, update, atol=1e-4)


def test_its_state_survives_a_checkpoint() -> None:
    straight, straight_optimizer = model_and_optimizer()
    for seed in range(6):
        step(straight, straight_optimizer, seed)
    first, first_optimizer = model_and_optimizer()
    for seed in range(3):
        step(first, first_optimizer, seed)
    second, second_optimizer = model_and_optimizer()
    second.load_state_dict(first.state_dict())
    second_optimizer.load_state_dict(copy.deepcopy(first_optimizer.state_dict()))
    for seed in range(3, 6):
        step(second, second_optimizer, seed)
    for name, weight in straight.state_dict().items():
        assert torch.equal(second.state_dict()[name], weight), name


def test_a_learning_rate_that_a_scheduler_sets_holds() -> None:
    model, optimizer = model_and_optimizer()
    before = copy.deepcopy(model.state_dict())
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    step(model, optimizer, 0)
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())

"""Attention that stays inside a document, on any device.

Several documents share a training sequence. OLMo-core tells the attention where each ends, but its SDPA backend, the
only one that runs without flash-attn, refuses to look. This one turns the lengths into a mask, so that what a
stranger said in the document before is neither seen nor learnt from.
"""

from __future__ import annotations

from typing import Any

import torch
from olmo_core.nn.attention.backend import TorchAttentionBackend
from torch.nn.functional import scaled_dot_product_attention


class DocumentAttention(TorchAttentionBackend):
    """OLMo-core's SDPA backend plus intra-document masks."""

    def forward(  # type: ignore[override]
        self, qkv: Any, cu_doc_lens: torch.Tensor | None = None, **options: Any
    ) -> torch.Tensor:
        """Attention output of shape (batch, length, heads, head size).

        `cu_doc_lens` holds where each document begins and the last one ends, counted over the flattened batch.
        """
        if cu_doc_lens is None:
            return super().forward(qkv, **options)
        query, key, value = qkv
        mask = document_mask(cu_doc_lens, batch=query.shape[0], length=query.shape[1])
        attended = scaled_dot_product_attention(
            query.transpose(1, 2),
            key.transpose(1, 2),
            value.transpose(1, 2),
            attn_mask=mask,
            dropout_p=self.dropout_p,
            scale=self.scale,
            enable_gqa=self.n_kv_heads != self.n_heads,
        )
        return attended.transpose(1, 2).contiguous()


def document_mask(cu_doc_lens: torch.Tensor, *, batch: int, length: int) -> torch.Tensor:
    """True where a query may look: at itself and what stands before it in its document. (batch, 1, length, length)"""
    positions = torch.arange(batch * length, device=cu_doc_lens.device)
    documents = torch.searchsorted(cu_doc_lens[1:].long(), positions, right=True).view(batch, length)
    same = documents.unsqueeze(2) == documents.unsqueeze(1)
    return (same & torch.ones(length, length, dtype=torch.bool, device=same.device).tril()).unsqueeze(1)


def mask_documents(model: Any) -> None:
    """Give every attention of an OLMo-core model this backend, where its own cannot mask documents."""
    for block in model.blocks.values():
        backend = block.attention.backend
        if type(backend) is TorchAttentionBackend:
            block.attention.backend = DocumentAttention(
                head_dim=backend.head_dim,
                n_heads=backend.n_heads,
                n_kv_heads=backend.n_kv_heads,
                scale=backend.scale,
                dropout_p=backend.dropout_p,
                window_size=backend.window_size,
                cache=backend.cache,
            )

"""What the machine can do at most, for the MFU: measured by multiplying matrices for a third of a second.

Less than a data sheet says, and what this process really gets: its number of threads, its precision, its neighbours.
"""

from __future__ import annotations

import time

MEASURE_SECONDS = 0.3


def measure_peak_flops(*, seconds: float = MEASURE_SECONDS) -> float:
    """Floating-point operations a second of this process' device: the fastest of repeated products of two matrices.

    In the precision of training: bfloat16 on a GPU, float32 on CPUs. Random numbers of training are left alone.
    """
    import torch

    on_gpu = torch.cuda.is_available()
    size = 8192 if on_gpu else 1024
    device = torch.device("cuda", torch.cuda.current_device()) if on_gpu else torch.device("cpu")
    generator = torch.Generator().manual_seed(0)
    left = torch.rand(size, size, generator=generator)
    left = left.to(device, torch.bfloat16) if on_gpu else left
    right, product = left.clone(), torch.empty_like(left)
    best = float("inf")
    started = time.perf_counter()
    with torch.inference_mode():
        torch.mm(left, right, out=product)
        while best == float("inf") or time.perf_counter() - started < seconds:
            before = time.perf_counter()
            torch.mm(left, right, out=product)
            if on_gpu:
                torch.cuda.synchronize()
            best = min(best, time.perf_counter() - before)
    return 2 * size**3 / best

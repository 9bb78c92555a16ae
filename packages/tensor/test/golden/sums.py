"""Writes sums.golden.json: how exact PyTorch's float32 sums are. For each number of terms, the largest
error among those of this length or shorter, relative to the sum of the terms' sizes, in roundings of
2 ** -24: of terms (sum, mean) and of products (linear, a convolution and its gradient). Terms are
those of `test/long-sums.ts`, and other constants, since what a constant's sum loses depends on it.

    python3 packages/tensor/test/golden/sums.py       (needs PyTorch; made with 1.13)
"""

import json
import pathlib

import torch
from torch.nn import functional as F

torch.set_num_threads(1)
ROUNDING = 2.0**-24
FACTOR = 0.3
SIDE = 5


def terms_of(n):
    i = torch.arange(n)
    yield from (torch.full((n,), value) for value in (0.7, 0.3, 0.1, 0.21))
    yield torch.where(i % 2 == 0, 0.7, -0.7)
    # Knuth's multiplicative hash.
    yield (1000 + ((i + 1) * 2654435761 % 2**32).double() / 2**32).float()


def error(results, exact, size):
    return ((results.double() - exact).abs().max() / size / ROUNDING).item()


def errors(terms):
    """Of a sum, and of a sum of products."""
    n = len(terms)
    exact, size = terms.double().sum(), terms.double().abs().sum()
    columns = terms[:, None].repeat(1, SIDE)
    image = terms.reshape(1, 1, 10, n // 10).repeat(1, SIDE, 1, 1)
    sums = [
        error(terms.sum(), exact, size),
        error(columns.sum(0), exact, size),
        error(image.mean((2, 3)) * n, exact, size),
    ]
    factor = torch.tensor(FACTOR)
    exact, size = exact * factor.double(), size * factor.double()
    weights = factor.repeat(SIDE, n)
    products = [error(F.linear(terms[None], weights), exact, size)]
    kernel = torch.zeros(SIDE, 1, 1, 1, requires_grad=True)
    F.conv2d(image[:, :1], kernel).backward(factor.expand(1, SIDE, 10, n // 10).contiguous())
    products.append(error(kernel.grad.flatten(), exact, size))
    if n <= 100_000:
        products.append(error(F.conv2d(terms.reshape(1, n, 1, 1), weights.reshape(SIDE, n, 1, 1)), exact, size))
    return max(sums), max(products)


if __name__ == "__main__":
    golden = {}
    largest = (0, 0)
    for n in (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        found = [errors(terms) for terms in terms_of(n)]
        largest = tuple(max(worst, *each) for worst, each in zip(largest, zip(*found)))
        golden[str(n)] = dict(zip(("terms", "products"), (float(f"{e:.3g}") for e in largest)))
    path = pathlib.Path(__file__).with_name("sums.golden.json")
    path.write_text(json.dumps(golden, indent=2) + "\n")

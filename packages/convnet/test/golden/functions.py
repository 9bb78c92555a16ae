"""Writes functions.golden.json: how far from exact PyTorch's activations and their slopes are in
float32, in units of the last place of the exact result: the largest error in each band of inputs.
Where results cross 0 in a band, units are at least those of 1/64. The test, in `test/functions.ts`,
looks at a tenth of the numbers.

    python3 packages/convnet/test/golden/functions.py       (needs PyTorch; made with 1.13)
"""

import json
import math
import pathlib

import numpy
import torch
from torch.nn import functional as F

EDGES = [0, 1e-30, 1e-4, 0.03, 0.3, 1, 2, 3, 5, 8, 12, 20, 50, 89, 105, 1e4, 3e38]
POINTS = 10_000


def floats(low, high):
    """Numbers from `low` up to `high`, at equal steps of their bit patterns."""
    first, end = (numpy.float32(x).view(numpy.int32).item() for x in (low, high))
    bits = [first + (end - first) * i // POINTS for i in range(POINTS)]
    return numpy.array(bits, dtype=numpy.int32).view(numpy.float32)


def below(x):
    """The normal distribution's share below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def density(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi) if abs(x) < 1e100 else 0.0


def exp(x):
    return math.exp(x) if x < 709 else math.inf


def logistic(x):
    return exp(x) / (1 + exp(x)) if x < 0 else 1 / (1 + exp(-x))


def logistic_slope(x):
    return logistic(x) * logistic(-x)


def tanh_slope(x):
    e = exp(-2 * abs(x))
    return 4 * e / (1 + e) ** 2


FACTOR = math.sqrt(2 / math.pi)


def inner(x):
    return 2 * FACTOR * (x + 0.044715 * x**3)


def about_slope(x):
    s = logistic(inner(x))
    return s + x * logistic_slope(inner(x)) * 2 * FACTOR * (1 + 3 * 0.044715 * x * x)


FUNCTIONS = {
    "exp": (torch.exp, exp, exp),
    "log": (torch.log, lambda x: math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan), None),
    "erf": (torch.erf, math.erf, None),
    "tanh": (torch.tanh, math.tanh, tanh_slope),
    "sigmoid": (torch.sigmoid, logistic, logistic_slope),
    "silu": (F.silu, lambda x: x * logistic(x), lambda x: logistic(x) + x * logistic_slope(x)),
    "gelu": (F.gelu, lambda x: x * below(x), lambda x: below(x) + x * density(x)),
    "gelu approximate": (
        lambda x: F.gelu(x, approximate="tanh"),
        lambda x: x * logistic(inner(x)),
        about_slope,
    ),
    "elu": (F.elu, lambda x: x if x > 0 else math.expm1(x), lambda x: 1 if x > 0 else exp(x)),
    "hardSwish": (
        F.hardswish,
        lambda x: x * min(max(x + 3, 0), 6) / 6,
        lambda x: 1 if x > 3 else (x / 3 + 0.5 if x > -3 else 0),
    ),
}


def ulps(got, want):
    """Errors in units of the last place of the exact results; an infinity is 2 ** 128."""
    errors = []
    least = 2.0**-6 if min(want) < 0 < max(want) else 2.0**-126
    for g, w in zip(got.tolist(), want):
        if g == w or (g != g and w != w):
            errors.append(0)
            continue
        g, w = (math.copysign(2.0**128, v) if abs(v) > 3.4028235677973366e38 else v for v in (g, w))
        place = 2.0 ** (min(127, math.frexp(max(abs(w), least))[1] - 1) - 23)
        error = abs(g - w) / place
        errors.append(1e39 if math.isnan(error) else error)
    return max(errors)


def worst(function, exact, slope, x):
    tensor = torch.from_numpy(x.copy()).requires_grad_(slope is not None)
    y = function(tensor)
    value = ulps(y.detach(), [exact(float(v)) for v in x])
    if slope is None:
        return [value]
    y.sum().backward()
    return [value, ulps(tensor.grad, [slope(float(v)) for v in x])]


if __name__ == "__main__":
    golden = {}
    for name, (function, exact, slope) in FUNCTIONS.items():
        rows = []
        for low, high in zip(EDGES, EDGES[1:]):
            for sign in (-1, 1):
                if name == "log" and sign < 0:
                    continue
                x = sign * floats(low, high)
                errors = [float(f"{e:.3g}") for e in worst(function, exact, slope, x)]
                rows.append([sign * low, sign * high, *errors])
        golden[name] = rows
    path = pathlib.Path(__file__).with_name("functions.golden.json")
    path.write_text(json.dumps(golden) + "\n")

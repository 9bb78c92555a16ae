"""Runs model files in PyTorch: loads the weights of each into the `nn.Sequential` that anyone would
write for the architecture, which its name tells, and prints the probabilities for a fixed input.

    python3 run_model.py {simple|lenet5|normalised|cnn|windows}.safetensors ...

One process runs all, as it takes seconds to load PyTorch. The input of 3 images is
x[n, row, column] = sin(n + 0.37 * row + 0.11 * column).
"""

import json
import pathlib
import struct
import sys
from collections import OrderedDict

import torch
from torch import nn

ARCHITECTURES = {
    "simple": [
        ("conv1", nn.Conv2d(1, 16, 3)), ("relu1", nn.ReLU()), ("flatten1", nn.Flatten()),
        ("dense1", nn.Linear(16 * 26 * 26, 10)), ("softmax1", nn.Softmax(1)),
    ],
    "lenet5": [
        ("conv1", nn.Conv2d(1, 6, 5, padding="same")), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(6, 16, 5)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("flatten1", nn.Flatten()), ("dense1", nn.Linear(16 * 5 * 5, 120)), ("relu3", nn.ReLU()),
        ("dense2", nn.Linear(120, 84)), ("relu4", nn.ReLU()), ("dense3", nn.Linear(84, 10)),
        ("softmax1", nn.Softmax(1)),
    ],
    "normalised": [
        ("conv1", nn.Conv2d(1, 8, 3, bias=False)), ("bn1", nn.BatchNorm2d(8, eps=1e-3)), ("silu1", nn.SiLU()),
        ("pool1", nn.MaxPool2d(2)), ("flatten1", nn.Flatten()), ("dense1", nn.Linear(8 * 13 * 13, 16)),
        ("ln1", nn.LayerNorm(16, eps=1e-3)), ("gelu1", nn.GELU()), ("dense2", nn.Linear(16, 10)),
        ("softmax1", nn.Softmax(1)),
    ],
    "cnn": [
        ("conv1", nn.Conv2d(1, 32, 3)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(32, 64, 3)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("flatten1", nn.Flatten()), ("dropout1", nn.Dropout(0.5)),
        ("dense1", nn.Linear(64 * 5 * 5, 10)), ("softmax1", nn.Softmax(1)),
    ],
    "windows": [
        ("padding1", nn.ZeroPad2d((0, 2, 1, 0))), ("conv1", nn.Conv2d(1, 6, 3, padding=1)), ("relu1", nn.ReLU()),
        ("same1", nn.ZeroPad2d((0, 1, 1, 1))), ("depthwise1", nn.Conv2d(6, 12, 3, 2, groups=6)), ("relu2", nn.ReLU()),
        ("pool1", nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
        ("conv2", nn.Conv2d(12, 18, 2, groups=3)), ("relu3", nn.ReLU()),
        ("depthwise2", nn.Conv2d(18, 18, 3, padding=2, dilation=2, groups=18, bias=False)),
        ("separable1", nn.Sequential(OrderedDict([
            ("depthwise", nn.Conv2d(18, 18, 3, groups=18, bias=False)), ("pointwise", nn.Conv2d(18, 20, 1)),
        ]))),
        ("relu4", nn.ReLU()), ("globalPool1", nn.AdaptiveMaxPool2d(1)), ("globalPool2", nn.Flatten()),
        ("dense1", nn.Linear(20, 10)), ("softmax1", nn.Softmax(1)),
    ],
}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(data[slice(*entry["data_offsets"])], dtype=torch.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }


def probabilities(path):
    architecture = pathlib.Path(path).stem
    model = nn.Sequential(OrderedDict(ARCHITECTURES[architecture])).eval()
    model.load_state_dict(read_safetensors(path), strict=True)
    n, row, column = torch.meshgrid(torch.arange(3.0), torch.arange(28.0), torch.arange(28.0), indexing="ij")
    with torch.no_grad():
        return architecture, model(torch.sin(n + 0.37 * row + 0.11 * column).unsqueeze(1)).tolist()


print(json.dumps(dict(map(probabilities, sys.argv[1:]))))

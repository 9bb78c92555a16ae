"""Computes the logits of a saved `cnn` for images in PyTorch, as raw float32 on standard output.

    python3 run_on_mnist.py MODEL IMAGES

IMAGES holds N * 28 * 28 float32 numbers.
"""

import json
import struct
import sys
from collections import OrderedDict

import torch
from torch import nn

model_path, images_path = sys.argv[1:]
with open(model_path, "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    data = bytearray(file.read())
header.pop("__metadata__", None)
state = {
    name: torch.frombuffer(data[slice(*entry["data_offsets"])], dtype=torch.float32).reshape(entry["shape"])
    for name, entry in header.items()
}
model = nn.Sequential(OrderedDict([
    ("conv1", nn.Conv2d(1, 32, 3)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
    ("conv2", nn.Conv2d(32, 64, 3)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
    ("flatten1", nn.Flatten()), ("dropout1", nn.Dropout(0.5)), ("dense1", nn.Linear(64 * 5 * 5, 10)),
])).eval()
model.load_state_dict(state, strict=True)
with open(images_path, "rb") as file:
    images = torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(-1, 1, 28, 28)
with torch.no_grad():
    logits = torch.cat([model(batch) for batch in images.split(500)])
sys.stdout.buffer.write(bytes(logits.reshape(-1).view(torch.uint8).tolist()))

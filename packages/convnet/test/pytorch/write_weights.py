"""Saves the state_dict of a PyTorch network as safetensors, in files of one or more types of numbers, and
prints what the network computes with each.

    python3 write_weights.py FILE {float32|float16|bfloat16} ...

One process writes all, as it takes seconds to load PyTorch. The network has modules without names, as
`nn.Sequential` numbers them. Its input is that of run_model.py.
"""

import json
import struct
import sys

import torch
from torch import nn

FORMATS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        flat = tensor.contiguous().reshape(-1)
        size = flat.numel() * flat.element_size()
        header[name] = {
            "dtype": FORMATS[tensor.dtype], "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + size],
        }
        data += bytes(flat.view(torch.uint8).tolist())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def probabilities(path, dtype):
    torch.manual_seed(1)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 5 * 5, 10), nn.Softmax(1),
    ).eval()
    state = {name: tensor.to(getattr(torch, dtype)) for name, tensor in model.state_dict().items()}
    state["2.num_batches_tracked"] = torch.tensor(7)
    floats = {name: tensor.float() for name, tensor in state.items() if tensor.dtype != torch.int64}
    model.load_state_dict(floats)
    write_safetensors(path, state)
    n, row, column = torch.meshgrid(torch.arange(3.0), torch.arange(28.0), torch.arange(28.0), indexing="ij")
    with torch.no_grad():
        return dtype, model(torch.sin(n + 0.37 * row + 0.11 * column).unsqueeze(1)).tolist()


print(json.dumps(dict(map(probabilities, sys.argv[1::2], sys.argv[2::2]))))

"""Writes pytorch.golden.json: what PyTorch computes for small cases of every layer, loss and
optimizer, and for a residual network, in float64. Values are in this library's layouts: activations
NHWC, convolution kernels HWIO, dense kernels [outputs, inputs].

    python3 packages/convnet/test/golden/generate.py       (needs PyTorch; made with 1.13)
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{x:.15g}") for x in tensor.flatten().tolist()]}


def nhwc(tensor):
    return tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor


def case(name, input_shape, function, layer, parameters=(), convert=None, state=lambda: [], inference=None):
    """One layer: `function` works on PyTorch's layout, `layer` is this library's options, and
    `convert` makes this library's parameters of PyTorch's. `state` gives the buffers, as the pass
    leaves them; `inference` is the function afterwards."""
    convert = convert or to_ours
    x = torch.randn(input_shape, requires_grad=True)
    y = function(x)
    dy = torch.randn(y.shape)
    y.backward(dy)
    return {
        "name": name,
        "layer": layer,
        "input": numbers(nhwc(x.detach())),
        "output": numbers(nhwc(y.detach())),
        "dOutput": numbers(nhwc(dy)),
        "dInput": numbers(nhwc(x.grad)),
        "parameters": [
            {"value": numbers(convert(p.detach())), "gradient": numbers(convert(p.grad))}
            for p in parameters
        ],
        "state": [numbers(buffer) for buffer in state()],
        "inference": None if inference is None else numbers(nhwc(inference(x).detach())),
    }


def to_ours(parameter):
    return parameter.permute(2, 3, 1, 0) if parameter.dim() == 4 else parameter


def convolution(name, channels, filters, size, shape, layer, pad=(0, 0, 0, 0), **options):
    module = nn.Conv2d(channels, filters, size, **options)
    parameters = [module.weight] + ([module.bias] if module.bias is not None else [])
    layer = {"type": "conv2d", "filters": filters, "kernelSize": size, **layer}
    return case(name, shape, lambda x: module(F.pad(x, pad)), layer, parameters)


def batch_normalization(name, shape, layer, momentum, epsilon):
    """PyTorch's running variance is unbiased, Keras' is not: it is made so here."""
    channels, places = shape[1], torch.tensor(shape).prod() / shape[1]
    make = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    module = make(channels, eps=epsilon, momentum=1 - momentum)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)

    def train(x):
        y = module.train()(x)
        unbiased = module.running_var - momentum
        module.running_var = momentum + unbiased * (places - 1) / places
        return y

    return case(name, shape, train, {"type": "batchNormalization", **layer},
                [module.weight, module.bias],
                state=lambda: [module.running_mean, module.running_var],
                inference=lambda x: module.eval()(x))


def layer_normalization(name, shape, layer, epsilon):
    """Of the last axis in this library's layout, the channels."""
    module = nn.LayerNorm(shape[1], eps=epsilon)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)

    def normalise(x):
        return module(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if x.dim() == 4 else module(x)

    return case(name, shape, normalise, {"type": "layerNormalization", **layer},
                [module.weight, module.bias])


def clip_value(theta):
    nn.utils.clip_grad_value_([theta], 0.5)


def clip_norm(theta):
    # Without the 1e-6 that PyTorch adds to the norm.
    theta.grad.mul_(torch.clamp(0.5 / theta.grad.norm(), max=1))


def optimizer(name, make, options, clip=lambda theta: None):
    """Each of five steps on the loss sum(theta^4)/4, whose gradient is theta^3."""
    theta = torch.randn(4, requires_grad=True)
    start = theta.detach().clone()
    steps = make([theta])
    after = []
    for _ in range(5):
        steps.zero_grad()
        (theta**4).sum().div(4).backward()
        clip(theta)
        steps.step()
        after.append(numbers(theta.detach()))
    return {"name": name, "options": options, "start": numbers(start), "steps": after}


linear, activated = nn.Linear(6, 4), nn.Linear(6, 4)
layers = [
    convolution("conv2d valid", 3, 4, [3, 3], [2, 3, 6, 7], {}),
    convolution("conv2d same", 2, 3, [3, 5], [2, 2, 5, 6], {"padding": "same"}, (2, 2, 1, 1)),
    # With stride 2 on an even size, `same` pads only at the end, as TensorFlow does.
    convolution("conv2d same, strides", 2, 3, [3, 3], [2, 2, 6, 8],
                {"padding": "same", "strides": 2}, (0, 1, 0, 1), stride=2),
    convolution("conv2d strides", 2, 3, [2, 3], [2, 2, 7, 8], {"strides": [2, 3]}, stride=(2, 3)),
    convolution("conv2d dilation", 1, 2, [3, 2], [2, 1, 8, 7], {"dilationRate": [2, 3]}, dilation=(2, 3)),
    convolution("conv2d without bias", 3, 2, [1, 1], [2, 3, 4, 4], {"useBias": False}, bias=False),
    case("dense", [3, 6], linear, {"type": "dense", "units": 4}, [linear.weight, linear.bias]),
    case("maxPooling2d", [2, 3, 6, 6], lambda x: F.max_pool2d(x, 2), {"type": "maxPooling2d"}),
    case("maxPooling2d overlapping", [2, 2, 7, 7], lambda x: F.max_pool2d(x, 3, 2),
         {"type": "maxPooling2d", "poolSize": 3, "strides": 2}),
    case("maxPooling2d same", [2, 2, 5, 5], lambda x: F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=-1e9), 2),
         {"type": "maxPooling2d", "padding": "same"}),
    case("relu", [2, 3, 4, 5], F.relu, {"type": "relu"}),
    case("leakyRelu", [2, 3, 4, 5], lambda x: F.leaky_relu(x, 0.3), {"type": "leakyRelu"}),
    case("elu", [2, 3, 4, 5], lambda x: F.elu(x, 0.7), {"type": "elu", "alpha": 0.7}),
    case("gelu", [2, 3, 4, 5], F.gelu, {"type": "gelu"}),
    case("gelu approximate", [2, 3, 4, 5], lambda x: F.gelu(x, approximate="tanh"),
         {"type": "gelu", "approximate": True}),
    case("sigmoid", [3, 7], torch.sigmoid, {"type": "sigmoid"}),
    case("silu", [2, 3, 4, 5], F.silu, {"type": "silu"}),
    case("tanh", [3, 7], torch.tanh, {"type": "tanh"}),
    case("activation", [3, 7], F.silu, {"type": "activation", "activation": "silu"}),
    case("dense with activation", [3, 6], lambda x: F.gelu(activated(x)),
         {"type": "dense", "units": 4, "activation": "gelu"}, [activated.weight, activated.bias]),
    batch_normalization("batchNormalization", [4, 3, 5, 2], {}, 0.99, 1e-3),
    batch_normalization("batchNormalization of vectors", [6, 5],
                        {"momentum": 0.8, "epsilon": 0.01}, 0.8, 0.01),
    layer_normalization("layerNormalization", [2, 5, 3, 2], {}, 1e-3),
    layer_normalization("layerNormalization of vectors", [3, 7], {"epsilon": 1e-5}, 1e-5),
    case("softmax", [3, 5], lambda x: F.softmax(x, 1), {"type": "softmax"}),
    case("flatten", [2, 3, 2, 4], lambda x: x.permute(0, 2, 3, 1).flatten(1), {"type": "flatten"}),
]

logits = torch.randn(5, 4, requires_grad=True)
labels = torch.tensor([3, 0, 1, 1, 2])
targets = torch.rand(5, 4)
targets = targets / targets.sum(1, keepdim=True)
sparse = F.cross_entropy(logits, labels)
dense_loss = F.cross_entropy(logits, targets)
binary = F.binary_cross_entropy_with_logits(logits, targets)
squared = F.mse_loss(logits, targets)
losses = {
    "logits": numbers(logits.detach()),
    "labels": labels.tolist(),
    "targets": numbers(targets),
    "sparse": {"loss": sparse.item(), "dLogits": numbers(torch.autograd.grad(sparse, logits)[0])},
    "dense": {"loss": dense_loss.item(), "dLogits": numbers(torch.autograd.grad(dense_loss, logits)[0])},
    "binary": {"loss": binary.item(), "dLogits": numbers(torch.autograd.grad(binary, logits)[0])},
    "squared": {"loss": squared.item(), "dLogits": numbers(torch.autograd.grad(squared, logits)[0])},
}

optimizers = [
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1), {"learningRate": 0.1}),
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), {"learningRate": 0.1, "momentum": 0.9}),
    optimizer("adam", lambda p: torch.optim.Adam(p, 0.1, eps=1e-7), {"learningRate": 0.1}),
    optimizer("adam", lambda p: torch.optim.Adam(p, 0.05, betas=(0.8, 0.99), eps=1e-3),
              {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3}),
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
              {"learningRate": 0.1, "momentum": 0.9, "nesterov": True}),
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
              {"learningRate": 0.1, "momentum": 0.9, "clipValue": 0.5}, clip_value),
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1), {"learningRate": 0.1, "clipNorm": 0.5}, clip_norm),
    optimizer("sgd", lambda p: torch.optim.SGD(p, 0.1), {"learningRate": 0.1, "globalClipNorm": 0.5}, clip_norm),
    # PyTorch adds epsilon to the root, Keras to what is under it: they agree without.
    optimizer("rmsprop", lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.9, eps=0),
              {"learningRate": 0.02, "epsilon": 0}),
    optimizer("rmsprop", lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.8, eps=0, momentum=0.7),
              {"learningRate": 0.02, "epsilon": 0, "rho": 0.8, "momentum": 0.7}),
    optimizer("rmsprop", lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.6, eps=0, momentum=0.7, centered=True),
              {"learningRate": 0.02, "epsilon": 0, "rho": 0.6, "momentum": 0.7, "centered": True}),
    optimizer("adamW", lambda p: torch.optim.AdamW(p, 0.1, eps=1e-7, weight_decay=0.004), {"learningRate": 0.1}),
    optimizer("adamW", lambda p: torch.optim.AdamW(p, 0.1, eps=1e-7, weight_decay=0.3),
              {"learningRate": 0.1, "weightDecay": 0.3}),
]


def schedule(name, make, options, learning_rate):
    """The rates of twenty steps."""
    steps = torch.optim.SGD([torch.zeros(1, requires_grad=True)], learning_rate)
    rates = make(steps)
    values = []
    for _ in range(20):
        values.append(steps.param_groups[0]["lr"])
        steps.step()
        rates.step()
    return {"name": name, "options": options, "rates": values}


lr = torch.optim.lr_scheduler
schedules = [
    schedule("oneCycle", lambda o: lr.OneCycleLR(o, 0.4, total_steps=21),
             {"maxLearningRate": 0.4, "totalSteps": 21}, 0.4),
    schedule("oneCycle", lambda o: lr.OneCycleLR(o, 0.4, total_steps=21, pct_start=0.5, div_factor=5, final_div_factor=10),
             {"maxLearningRate": 0.4, "totalSteps": 21, "risingShare": 0.5, "divFactor": 5, "finalDivFactor": 10}, 0.4),
    schedule("exponentialDecay", lambda o: lr.ExponentialLR(o, 0.9),
             {"learningRate": 0.1, "decaySteps": 1, "decayRate": 0.9}, 0.1),
    schedule("exponentialDecay", lambda o: lr.StepLR(o, 6, 0.1),
             {"learningRate": 0.1, "decaySteps": 6, "decayRate": 0.1, "staircase": True}, 0.1),
    schedule("piecewiseConstant", lambda o: lr.MultiStepLR(o, [4, 11], 0.5),
             {"boundaries": [3, 10], "values": [0.1, 0.05, 0.025]}, 0.1),
    schedule("cosineDecay", lambda o: lr.CosineAnnealingLR(o, 20),
             {"learningRate": 0.1, "decaySteps": 20}, 0.1),
]



def merging(name, shapes, function, layer):
    """One layer of several inputs."""
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
    y = function(inputs)
    dy = torch.randn(y.shape)
    y.backward(dy)
    return {
        "name": name,
        "layer": layer,
        "inputs": [numbers(nhwc(x.detach())) for x in inputs],
        "output": numbers(nhwc(y.detach())),
        "dOutput": numbers(nhwc(dy)),
        "dInputs": [numbers(nhwc(x.grad)) for x in inputs],
    }


def residual_network(filters, blocks, size, classes):
    """The network of test/residual-network.ts, step by step; names are those of its layers."""
    weights = {}
    counts = {"conv": 0}

    def parameters(name, weight):
        # Biases start at zero, which would hide a wrong one.
        for key, value in ((name + ".weight", weight), (name + ".bias", torch.randn(weight.shape[0]) / 4)):
            weights[key] = value.requires_grad_()
        return weights[name + ".weight"], weights[name + ".bias"]

    def conv(x, K, kernel=3, stride=1):
        counts["conv"] += 1
        C = x.shape[1]
        weight = torch.randn(K, C, kernel, kernel) * (2 / (C * kernel * kernel)) ** 0.5
        # Rows and columns at the end alone are padded where `same` has an odd number of them.
        total = max(0, (-(-x.shape[2] // stride) - 1) * stride + kernel - x.shape[2])
        pad = (total // 2, total - total // 2)
        return F.conv2d(F.pad(x, pad + pad), *parameters(f"conv{counts['conv']}", weight), stride=stride)

    x = torch.randn(2, 1, size, size, requires_grad=True)
    y = F.relu(conv(x, filters[0]))
    for stage, K in enumerate(filters):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            z = conv(F.relu(conv(y, K, 3, stride)), K)
            shortcut = y if y.shape == z.shape else conv(y, K, 1, stride)
            y = F.relu(shortcut + z)
    flat = y.flatten(1)
    logits = F.linear(flat, *parameters("dense1", torch.randn(classes, flat.shape[1]) / flat.shape[1] ** 0.5))
    labels = [1, classes - 1]
    loss = F.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    return {
        "filters": filters,
        "blocks": blocks,
        "input": numbers(nhwc(x.detach())),
        "labels": labels,
        "loss": loss.item(),
        "probabilities": numbers(F.softmax(logits, 1).detach()),
        "dInput": numbers(nhwc(x.grad)),
        "parameters": {
            name: {"value": numbers(value.detach()), "gradient": numbers(value.grad)}
            for name, value in weights.items()
        },
    }


merges = [
    merging("add", [[2, 3, 4, 5]] * 3, sum, {"type": "add"}),
    merging("multiply two", [[2, 3, 4, 5]] * 2, lambda x: x[0] * x[1], {"type": "multiply"}),
    merging("multiply three", [[3, 7]] * 3, lambda x: x[0] * x[1] * x[2], {"type": "multiply"}),
    merging("concatenate images", [[2, 3, 4, 5], [2, 1, 4, 5], [2, 6, 4, 5]], lambda x: torch.cat(x, 1),
            {"type": "concatenate"}),
    merging("concatenate vectors", [[3, 5], [3, 2]], lambda x: torch.cat(x, 1), {"type": "concatenate"}),
    merging("reshape", [[2, 24]], lambda x: x[0].reshape(2, 3, 2, 4).permute(0, 3, 1, 2),
            {"type": "reshape", "targetShape": [3, -1, 4]}),
]
residual = residual_network([2, 3, 4], 2, 9, 5)



def depthwise(name, channels, multiplier, size, shape, layer, pad=(0, 0, 0, 0), **options):
    """PyTorch's convolution of as many groups as channels has the kernel [C * M, 1, R, S]."""
    module = nn.Conv2d(channels, channels * multiplier, size, groups=channels, **options)

    def convert(p):
        return p.permute(2, 3, 1, 0).reshape(*p.shape[2:], channels, multiplier) if p.dim() == 4 else p

    parameters = [module.weight] + ([module.bias] if module.bias is not None else [])
    layer = {"type": "depthwiseConv2d", "kernelSize": size, "depthMultiplier": multiplier, **layer}
    return case(name, shape, lambda x: module(F.pad(x, pad)), layer, parameters, convert)


def separable(name, channels, multiplier, filters, size, shape, layer, pad=(0, 0, 0, 0), bias=True, **options):
    first = nn.Conv2d(channels, channels * multiplier, size, groups=channels, bias=False, **options)
    second = nn.Conv2d(channels * multiplier, filters, 1, bias=bias)

    def convert(p):
        if p.dim() == 4 and p.shape[1] == 1:
            return p.permute(2, 3, 1, 0).reshape(*p.shape[2:], channels, multiplier)
        return to_ours(p)

    parameters = [first.weight, second.weight] + ([second.bias] if bias else [])
    layer = {"type": "separableConv2d", "filters": filters, "kernelSize": size,
             "depthMultiplier": multiplier, "useBias": bias, **layer}
    return case(name, shape, lambda x: second(first(F.pad(x, pad))), layer, parameters, convert)


def mean_pool(x, size, stride, pad=(0, 0, 0, 0)):
    """Padding on any side, not counted: the mean of what is there, by the mean of ones."""
    ones = F.pad(torch.ones_like(x), pad)
    return F.avg_pool2d(F.pad(x, pad), size, stride) / F.avg_pool2d(ones, size, stride)


layers += [
    convolution("conv2d groups", 6, 4, [3, 2], [2, 6, 5, 6], {"groups": 2}, groups=2),
    convolution("conv2d groups, same, strides and dilation", 6, 9, [3, 3], [2, 6, 7, 6],
                {"groups": 3, "padding": "same", "strides": [2, 1], "dilationRate": [1, 2]},
                (2, 2, 1, 1), groups=3, stride=(2, 1), dilation=(1, 2)),
    convolution("conv2d groups of one channel", 3, 6, [3, 3], [2, 3, 6, 5],
                {"groups": 3, "useBias": False}, groups=3, bias=False),
    depthwise("depthwiseConv2d", 5, 1, [3, 3], [2, 5, 6, 7], {}),
    depthwise("depthwiseConv2d same", 3, 1, [3, 5], [2, 3, 5, 6], {"padding": "same"}, (2, 2, 1, 1)),
    depthwise("depthwiseConv2d multiplier", 3, 2, [2, 3], [2, 3, 5, 6], {}),
    # With stride 2 on an even size, `same` pads only at the end, as TensorFlow does.
    depthwise("depthwiseConv2d same, strides", 4, 3, [3, 3], [2, 4, 6, 8],
              {"padding": "same", "strides": 2}, (0, 1, 0, 1), stride=2),
    depthwise("depthwiseConv2d dilation, without bias", 2, 1, [3, 2], [2, 2, 8, 7],
              {"dilationRate": [2, 3], "useBias": False}, dilation=(2, 3), bias=False),
    separable("separableConv2d", 3, 2, 4, [3, 3], [2, 3, 5, 6], {"padding": "same"}, (1, 1, 1, 1)),
    separable("separableConv2d strides, without bias", 4, 1, 3, [2, 3], [2, 4, 6, 7],
              {"strides": [2, 1]}, bias=False, stride=(2, 1)),
    separable("separableConv2d dilation", 2, 1, 3, [2, 2], [2, 2, 6, 5], {"dilationRate": [2, 1]}, dilation=(2, 1)),
    case("averagePooling2d", [2, 3, 6, 6], lambda x: F.avg_pool2d(x, 2), {"type": "averagePooling2d"}),
    case("averagePooling2d overlapping", [2, 2, 7, 7], lambda x: F.avg_pool2d(x, 3, (2, 1)),
         {"type": "averagePooling2d", "poolSize": 3, "strides": [2, 1]}),
    case("averagePooling2d same", [2, 2, 5, 5], lambda x: mean_pool(x, 2, 2, (0, 1, 0, 1)),
         {"type": "averagePooling2d", "padding": "same"}),
    case("averagePooling2d same on all sides", [2, 5, 6, 5],
         lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False),
         {"type": "averagePooling2d", "poolSize": 3, "strides": 1, "padding": "same"}),
    case("globalAveragePooling2d", [2, 5, 4, 3], lambda x: x.mean((2, 3)), {"type": "globalAveragePooling2d"}),
    case("globalAveragePooling2d keepDims", [2, 5, 4, 3], lambda x: x.mean((2, 3), keepdim=True),
         {"type": "globalAveragePooling2d", "keepDims": True}),
    case("globalMaxPooling2d", [2, 5, 8, 7], lambda x: x.amax((2, 3)), {"type": "globalMaxPooling2d"}),
    case("globalMaxPooling2d keepDims", [2, 5, 4, 3], lambda x: x.amax((2, 3), keepdim=True),
         {"type": "globalMaxPooling2d", "keepDims": True}),
    case("zeroPadding2d", [2, 2, 3, 4], lambda x: F.pad(x, (1, 1, 1, 1)), {"type": "zeroPadding2d"}),
    case("zeroPadding2d of each side", [2, 2, 3, 4], lambda x: F.pad(x, (0, 3, 2, 1)),
         {"type": "zeroPadding2d", "padding": [[2, 1], [0, 3]]}),
]


def rows(text):
    """JSON as a person would lay it out: what is short on one line, else an entry on each."""
    def laid(value, indent):
        whole = json.dumps(value)
        if len(indent) + len(whole) <= 100 or not isinstance(value, (dict, list)):
            return whole
        inner = indent + " "
        if isinstance(value, dict):
            if set(value) == {"shape", "data"}:
                return tensor(value, inner) + "\n" + indent + "]}"
            entries = [f"{json.dumps(key)}: {laid(entry, inner)}" for key, entry in value.items()]
            return "{\n" + inner + (",\n" + inner).join(entries) + "\n" + indent + "}"
        entries = [laid(entry, inner) for entry in value]
        return "[\n" + inner + (",\n" + inner).join(entries) + "\n" + indent + "]"

    def tensor(value, indent):
        """A tensor: each row of an image, or of a matrix, on a line."""
        shape = value["shape"]
        width = shape[-1] * (shape[-2] if len(shape) > 2 else 1)
        data = value["data"]
        lines = [json.dumps(data[i:i + width])[1:-1] for i in range(0, len(data), width)]
        return f'{{"shape": {json.dumps(value["shape"])}, "data": [\n{indent}' + (",\n" + indent).join(lines)

    return laid(text, "")


layers.append(case("hardSwish", [3, 7], F.hardswish, {"type": "hardSwish"}))
layers.append(case("flatten", [2, 1, 3, 4], lambda x: x.flatten(1), {"type": "flatten"}))

path = pathlib.Path(__file__).with_name("pytorch.golden.json")
path.write_text(rows({"layers": layers, "losses": losses, "optimizers": optimizers,
                      "schedules": schedules, "merges": merges, "residual": residual}) + "\n")

"""What the programs that measure PyTorch share: the network of two convolutions, training as a user
who tunes it writes it, the BLAS in use, and the memory of the process."""
import os

import torch
import torch.nn.functional as F
from torch import nn

MEMORY_FORMATS = {'contiguous': torch.contiguous_format, 'channels-last': torch.channels_last}


def two_convolutions(filters=(32, 64), side=28):
    first, second = filters
    left = ((side - 2) // 2 - 2) // 2
    return nn.Sequential(
        nn.Conv2d(1, first, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(left * left * second, 10),
    )


def trainer(model, make_optimizer, layout, batch_size, inputs, labels):
    """A function that trains on so many images in random order and gives their mean loss; where it
    trains on more images than there are, they come again."""
    memory_format = MEMORY_FORMATS[layout]
    inputs = inputs.contiguous(memory_format=memory_format)
    model = model.to(memory_format=memory_format)
    optimizer = make_optimizer(model.parameters())

    def train(images):
        total = torch.zeros(())
        for indices in (torch.randperm(images) % len(inputs)).split(batch_size):
            batch = inputs.index_select(0, indices)
            loss = F.cross_entropy(model(batch), labels.index_select(0, indices))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(indices)
        return total.item() / images

    return train


def blas():
    """The BLAS in use; Debian's python3-torch has the slow reference one unless another is installed."""
    if not os.path.exists('/proc/self/maps'):
        return 'its own BLAS'
    with open('/proc/self/maps') as maps:
        names = maps.read()
    if 'openblas' in names:
        return 'OpenBLAS'
    return 'the reference BLAS' if 'libblas' in names else 'its own BLAS'


def max_rss_megabytes():
    """The most memory this process held; getrusage would count its parent's before the start."""
    if os.path.exists('/proc/self/status'):
        with open('/proc/self/status') as status:
            return round(next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) / 1024)
    import resource
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

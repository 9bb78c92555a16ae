"""PyTorch at one point of growth, with the threads and the layout that the command line names.

It answers each line of its input, a number of steps, by a line of JSON, as `program.ts` does.
"""
import argparse
import functools
import json
import sys
import time
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).parent.parent / 'contenders'))
from torch_training import MEMORY_FORMATS, blas, max_rss_megabytes, trainer, two_convolutions

parser = argparse.ArgumentParser()
for name in ('batch', 'channels', 'side', 'threads', 'images'):
    parser.add_argument(f'--{name}', type=int, required=True)
parser.add_argument('--learning-rate', type=float, required=True)
parser.add_argument('--layout', choices=MEMORY_FORMATS, required=True)
options = parser.parse_args()

torch.manual_seed(1)
torch.set_num_threads(options.threads)


def random_images(count, side):
    """Normalized images of which about half of the pixels are background."""
    values = torch.rand(count, 1, side, side)
    values.mul_(2).sub_(1).clamp_(min=0)
    return values.sub_(0.1307).div_(0.3081)


train = trainer(
    two_convolutions((options.channels, 2 * options.channels), options.side),
    functools.partial(torch.optim.Adam, lr=options.learning_rate),
    options.layout,
    options.batch,
    random_images(options.images, options.side),
    torch.randint(10, (options.images,)),
)


def say(**fields):
    print(json.dumps(fields), flush=True)


say(version=f'{torch.__version__} with {blas()}')
for line in sys.stdin:
    start = time.perf_counter()
    loss = train(int(line) * options.batch)
    say(seconds=time.perf_counter() - start, loss=loss, maxRssMegabytes=max_rss_megabytes())

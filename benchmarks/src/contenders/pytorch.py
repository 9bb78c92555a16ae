"""PyTorch, as it comes or tuned (`--tuned`), measured as the programs in TypeScript are.

Data is one float tensor; a batch is `index_select` by a shuffled order. Tuned means two threads for
training and, per workload, the fastest of several settings, tried before the clock starts.
"""
import argparse
import functools
import gzip
import json
import os
import time

import torch
from torch import nn

from torch_training import MEMORY_FORMATS, blas, max_rss_megabytes, trainer, two_convolutions

parser = argparse.ArgumentParser()
parser.add_argument('command', choices=['measure'])
parser.add_argument('workload', choices=['W1', 'W2', 'batch1', 'batch256'])
parser.add_argument('--images', type=int, default=60000)
parser.add_argument('--warm-up-images', type=int, default=6400)
parser.add_argument('--seconds', type=float, default=2)
parser.add_argument('--tuned', action='store_true')
options = parser.parse_args()

# (threads, layout, form): what a tuned run tries before the clock starts; the fastest is measured.
CANDIDATES = {
    'training': [(2, 'contiguous', 'eager'), (2, 'channels-last', 'eager')],
    'inference': [
        (threads, layout, 'optimized')
        for threads in (1, 2)
        for layout in ('contiguous', 'channels-last')
    ],
}
AS_IT_COMES = [(None, 'contiguous', 'eager')]

torch.manual_seed(1)


def read(name, header_bytes):
    with gzip.open(os.path.join(os.environ['CONVNET_DATA_DIR'], name)) as file:
        return torch.frombuffer(bytearray(file.read()[header_bytes:]), dtype=torch.uint8)


def load(count):
    pixels = read('train-images-idx3-ubyte.gz', 16).view(-1, 1, 28, 28)[:count]
    labels = read('train-labels-idx1-ubyte.gz', 8)[:count]
    return ((pixels.float() / 255 - 0.1307) / 0.3081), labels.long()


def build(workload):
    if workload == 'W1':
        return nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(26 * 26 * 16, 10))
    return two_convolutions()


def trainer_of(candidate, inputs, labels):
    """A function that trains a new network on some images once and gives their mean loss."""
    threads, layout, _ = candidate
    if options.workload == 'W1':
        batch_size, make_optimizer = 32, functools.partial(torch.optim.SGD, lr=0.05)
    else:
        batch_size, make_optimizer = 128, functools.partial(torch.optim.Adam, lr=1e-3)
    train_on = trainer(build(options.workload), make_optimizer, layout, batch_size, inputs, labels)

    def train(images):
        if threads:
            torch.set_num_threads(threads)
        return train_on(images)

    return train


def measure_training():
    inputs, labels = load(60000)
    trial_images = options.warm_up_images // 4
    trials = []
    for candidate in candidates:
        train = trainer_of(candidate, inputs, labels)
        train(trial_images)
        start = time.perf_counter()
        train(trial_images)
        trials.append((time.perf_counter() - start, candidate, train))
    _, candidate, train = min(trials, key=lambda trial: trial[0])
    trials.clear()
    train(options.warm_up_images)
    start = time.perf_counter()
    loss = train(options.images)
    seconds = time.perf_counter() - start
    return candidate, {'images': options.images, 'seconds': seconds, 'loss': loss}


def caller(candidate, inputs, count):
    """A function that runs calls for some seconds and gives the time of each."""
    threads, layout, form = candidate
    memory_format = MEMORY_FORMATS[layout]
    batches = [batch.contiguous(memory_format=memory_format) for batch in inputs.split(count)]
    model = nn.Sequential(build('W2'), nn.Softmax(1)).eval().to(memory_format=memory_format)
    if form == 'optimized':
        model = torch.jit.optimize_for_inference(torch.jit.trace(model, batches[0]))

    def call_for(budget):
        if threads:
            torch.set_num_threads(threads)
        times = []
        end = time.perf_counter() + budget
        while len(times) < 3 or (time.perf_counter() < end and len(times) < 20000):
            batch = batches[len(times) % len(batches)]
            start = time.perf_counter()
            model(batch).numpy()
            times.append(time.perf_counter() - start)
        return times

    return call_for


def measure_inference():
    count = 1 if options.workload == 'batch1' else 256
    inputs, _ = load(2560)
    with torch.inference_mode():
        trials = []
        for candidate in candidates:
            call_for = caller(candidate, inputs, count)
            call_for(options.seconds / 8)
            times = call_for(options.seconds / 8)
            trials.append((sum(times) / len(times), candidate, call_for))
        _, candidate, call_for = min(trials, key=lambda trial: trial[0])
        call_for(options.seconds / 4)
        times = call_for(options.seconds)
    images = len(times) * count
    if count == 1:
        return candidate, {'images': images, 'microseconds': sorted(times)[len(times) // 2] * 1e6}
    return candidate, {'images': images, 'imagesPerSecond': images / sum(times)}


training = options.workload in ('W1', 'W2')
candidates = CANDIDATES['training' if training else 'inference'] if options.tuned else AS_IT_COMES
(chosen_threads, *chosen), figures = measure_training() if training else measure_inference()
print(json.dumps({
    'workload': options.workload,
    **figures,
    'maxRssMegabytes': max_rss_megabytes(),
    'version': f'{torch.__version__} with {blas()}',
    'setting': ', '.join([f'{chosen_threads or torch.get_num_threads()} threads', *chosen]),
}))

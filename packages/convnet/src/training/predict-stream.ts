/** Predictions of what comes one after the other. */
import { checkOptions, functionOption, OptionError, signalOption, Tensor } from '@convnet/tensor';
import type { PredictAsyncOptions } from '../network/inference-model.ts';
import type { Samples } from '../samples/samples.ts';
import { StreamReader, type Stream } from '../samples/stream.ts';

/**
 * `model.predictAsync`, on a stream.
 * @param predict - the same on samples.
 */
export async function predictStream(
  stream: Stream<Samples>,
  options: PredictAsyncOptions,
  predict: (samples: Samples, options: PredictAsyncOptions) => Promise<Tensor>,
): Promise<Tensor> {
  checkOptions(options, 'batchSize signal onProgress', 'predictAsync');
  const { batchSize, signal, onProgress } = options;
  signalOption(signal, 'predictAsync');
  if (onProgress) functionOption(onProgress, 'predictAsync onProgress');
  const reader = new StreamReader(stream, 'predictAsync', signal);
  const parts: Tensor[] = [];
  let count = 0;
  try {
    signal?.throwIfAborted();
    await reader.open(0);
    for (;;) {
      const { done, value } = await reader.next();
      if (done) break;
      if (reader.isLater) reader.readAhead();
      const outputs = await predict(value, { batchSize, signal });
      parts.push(outputs);
      count += outputs.shape[0]!;
      onProgress?.(count, NaN);
    }
  } catch (error) {
    await reader.close().catch(() => undefined); // The first error is the one to tell.
    throw error;
  }
  return joined(parts, count);
}

/** All rows of `parts`, one after the other. */
function joined(parts: readonly Tensor[], count: number): Tensor {
  const [first] = parts;
  if (!first) {
    throw new OptionError(
      'predictAsync: expected samples; received a stream that is over. A generator gives them only once: pass the function that makes it.',
    );
  }
  const all = Tensor.zeros([count, ...first.shape.slice(1)], first.dtype);
  let row = 0;
  for (const part of parts) {
    const rows = part.shape[0]!;
    all.rows(row, rows).data.set(part.data);
    row += rows;
  }
  return all;
}

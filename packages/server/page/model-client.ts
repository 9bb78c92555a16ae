/** The network behind the server that this page came from, by the Open Inference Protocol. */
import { printable } from '@convnet/convnet';
import { MNIST_NORMALIZATION } from '@convnet/mnist-io';

/** What the page needs to know about the network. */
export interface ModelDescription {
  readonly name: string;
  readonly architecture: string;
  readonly classNames: readonly string[];
  /** Share of test images read right, 0 … 1. */
  readonly testAccuracy: number | undefined;
  readonly trainedOn: string | undefined;
  readonly mean: number;
  readonly standardDeviation: number;
}

interface Metadata {
  readonly name: string;
  readonly inputs: readonly { readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly parameters: {
    readonly architecture: string;
    readonly class_names?: string;
    readonly test_accuracy?: number;
    readonly trained_on?: string;
    readonly preprocessing_mean?: number | string;
    readonly preprocessing_standard_deviation?: number | string;
  };
}

const INPUT_SHAPE = [28, 28, 1];

/** How long an answer may take, in milliseconds, before the server counts as unreachable. */
const TIMEOUT = 10_000;

/** An answer that says what is wrong, unlike no answer at all. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    signal: AbortSignal.timeout(TIMEOUT),
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer = (await response.json()) as Answer & { error?: string };
  if (!response.ok) throw new ServerError(answer.error ?? `HTTP status ${response.status}`);
  return answer;
}

/**
 * Asks which network the server has.
 * @throws ServerError if it is not one for 28 × 28 images; what `fetch` throws if unreachable.
 */
export async function describeModel(): Promise<ModelDescription> {
  const [first] = await ask<{ name: string }[]>('v2/repository/index', {});
  if (!first) throw new ServerError('The server has no model.');
  const { name, inputs, outputs, parameters } = await ask<Metadata>(
    `v2/models/${encodeURIComponent(first.name)}`,
  );
  const shape = inputs[0]?.shape.slice(1);
  const classes = outputs[0]?.shape[1];
  const fits = shape?.join() === INPUT_SHAPE.join() && outputs[0]?.name === 'probabilities';
  if (!fits || classes === undefined) {
    throw new ServerError(
      `Drawing needs a model from images [28, 28, 1] to probabilities; "${name}" is another kind.`,
    );
  }
  const names = parameters.class_names;
  return {
    name,
    architecture: printable(parameters.architecture),
    classNames:
      names === undefined
        ? Array.from({ length: classes }, (_, index) => String(index))
        : (JSON.parse(names) as string[]).map(printable),
    testAccuracy: parameters.test_accuracy,
    trainedOn: parameters.trained_on && printable(parameters.trained_on),
    mean: ofGrey(parameters.preprocessing_mean ?? MNIST_NORMALIZATION.mean),
    standardDeviation: ofGrey(
      parameters.preprocessing_standard_deviation ?? MNIST_NORMALIZATION.standardDeviation,
    ),
  };
}

/** The number, or that of the one channel there is, in a JSON list. */
const ofGrey = (constant: number | string | readonly number[]): number =>
  [
    typeof constant === 'string' ? (JSON.parse(constant) as readonly number[]) : constant,
  ].flat()[0]!;

/** The probability of each class for an image of bytes `[28, 28]`; throws as `fetch` does. */
export async function classify(
  { name, mean, standardDeviation }: ModelDescription,
  pixels: Uint8Array,
): Promise<readonly number[]> {
  const data = Array.from(pixels, (pixel) => (pixel / 255 - mean) / standardDeviation);
  const input = { name: 'image', datatype: 'FP32', shape: [1, ...INPUT_SHAPE], data };
  const answer = await ask<{ outputs: readonly { data: readonly number[] }[] }>(
    `v2/models/${encodeURIComponent(name)}/infer`,
    { inputs: [input] },
  );
  return answer.outputs[0]!.data;
}

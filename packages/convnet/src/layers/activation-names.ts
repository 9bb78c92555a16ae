/** Activations by name, as the option `activation` of layers means them: each with its defaults. */
import type { ActivationName } from './activation-option.ts';
import { elu } from './elu.ts';
import { gelu } from './gelu.ts';
import { hardSwish } from './hard-swish.ts';
import { leakyRelu } from './leaky-relu.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** The activations of this library. They are layers, too, and so part of the registry. */
export const activations = {
  elu,
  gelu,
  hardSwish,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softmax,
  tanh,
} satisfies Readonly<Record<Exclude<ActivationName, 'linear'>, unknown>>;

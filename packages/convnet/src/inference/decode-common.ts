/** Networks of common layers, from model files. */
import { disposeKernels } from '@convnet/tensor/inference';
import { commonKernels, type CommonKernels } from '@convnet/tensor/inference/kernels';
import { commonModel } from '../files/common-model.ts';
import { readModelFile, type DecodeOptions } from '../files/read-model-file.ts';
import { commonActivations } from '../layers/common-layers.ts';
import { Convolution } from '../layers/convolution.ts';
import { Pooling } from '../layers/pooling.ts';
import { InferenceModel } from '../network/inference-model.ts';
import type { KernelSource } from './inference-options.ts';

/** A network, and the kernels that it computes with. */
interface Common {
  readonly model: InferenceModel;
  readonly own: CommonKernels;
}

/** The network in a file if it consists of what is loaded; what is wrong with others is not said here. */
function commonModelIn(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions,
  source: KernelSource,
): Common | undefined {
  let own: CommonKernels | undefined;
  try {
    const model = readModelFile(bytes, options, commonModel(), (described, build) => {
      own = commonKernels(source);
      if (!own) throw new TypeError('no WebAssembly');
      const activations = commonActivations;
      return new InferenceModel(described, own.kernels, { ...build, activations });
    });
    return own && { model, own };
  } catch {
    if (own) disposeKernels(own.kernels);
    return undefined;
  }
}

/**
 * The network in a file, with what computes it as fast as the main entry does, if it consists of common
 * layers and the engine runs WebAssembly.
 */
export async function decodeCommon(
  bytes: Uint8Array | ArrayBuffer,
  options: DecodeOptions,
  source: KernelSource,
): Promise<InferenceModel | undefined> {
  const common = commonModelIn(bytes, options, source);
  if (!common) return undefined;
  const { model, own } = common;
  const convolutions = model.layers.flatMap((layer) =>
    layer instanceof Convolution ? [layer.convolution] : [],
  );
  const poolings = model.layers.flatMap((layer) =>
    layer instanceof Pooling ? [layer.geometry] : [],
  );
  await own.load(convolutions, poolings);
  return model;
}

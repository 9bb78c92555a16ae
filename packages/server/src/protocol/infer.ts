/** Runs a network on a request, and puts the outputs into the protocol's words. */
import type { ServedModel } from '../served-model.ts';
import type { InferRequest } from './infer-request.ts';
import { RequestError } from './request-error.ts';
import { outputMetadata } from './tensor-metadata.ts';

/** Body of the answer. */
export interface InferResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    /** Row-major; each number is exactly what the network gave. */
    readonly data: readonly number[];
  }[];
}

/**
 * The network's answer.
 * @throws RequestError 400 if the inputs are so large that the network's sums overflow.
 */
export async function infer(model: ServedModel, request: InferRequest): Promise<InferResponse> {
  const { name, datatype } = outputMetadata(model);
  const output = await model.predict(request.inputs);
  // Weights and inputs are finite, so only overflow can lead here; JSON has no such numbers.
  if (!output.data.every(Number.isFinite)) {
    throw new RequestError(
      400,
      'inputs[0].data: expected normalized inputs, most of them within ±10; received numbers so large that the network overflows. Check the preprocessing.',
    );
  }
  return {
    model_name: model.name,
    model_version: model.version,
    ...(request.id !== undefined && { id: request.id }),
    outputs: [{ name, datatype, shape: output.shape, data: Array.from(output.data) }],
  };
}

/** Answer to `GET /v2/models/{name}`: what the network takes and gives, and where it stands. */
import type { ServedModel } from '../served-model.ts';
import { inputMetadata, outputMetadata, type TensorMetadata } from './tensor-metadata.ts';

/** Extra facts; the protocol allows strings, numbers and booleans, so lists are JSON text. */
export type ModelParameters = Readonly<Record<string, string | number | boolean>>;

/** Body of the answer. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /**
   * `architecture`, and where the model file tells them: `class_names` (a JSON list),
   * `preprocessing_mean` and `preprocessing_standard_deviation` for
   * `(pixel / 255 − mean) / standardDeviation` (numbers, or JSON lists with one for each channel),
   * `test_accuracy` (0 … 1) and `trained_on`.
   */
  readonly parameters: ModelParameters;
}

const numberOrList = (value: number | readonly number[]): number | string =>
  typeof value === 'number' ? value : JSON.stringify(value);

function parametersOf({ architecture, info }: ServedModel): ModelParameters {
  const { classNames, preprocessing, testAccuracy, trainedOn } = info;
  return {
    architecture,
    ...(classNames && { class_names: JSON.stringify(classNames) }),
    ...(preprocessing && {
      preprocessing_mean: numberOrList(preprocessing.mean),
      preprocessing_standard_deviation: numberOrList(preprocessing.standardDeviation),
    }),
    ...(testAccuracy !== undefined && { test_accuracy: testAccuracy }),
    ...(trainedOn !== undefined && { trained_on: trainedOn }),
  };
}

/** The metadata of a served network. */
export function modelMetadata(model: ServedModel): ModelMetadata {
  return {
    name: model.name,
    versions: [model.version],
    platform: 'convnet_safetensors',
    inputs: [inputMetadata(model)],
    outputs: [outputMetadata(model)],
    parameters: parametersOf(model),
  };
}

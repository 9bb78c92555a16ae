/** The model file that a command means, and the one that a training makes. */
import { isErrorNamed, presets, type Model, type ModelFileError } from '@convnet/convnet';
import {
  loadModel,
  newestModelFile,
  ProgramError,
  trainedModelFile,
  trainedModelsFolder,
} from '@convnet/convnet/node';
import { existsSync } from 'node:fs';

/**
 * The file that `--model` means: a file, a trained model of that name, the last training of a preset, or
 * without it the newest trained model.
 */
export async function modelPath(model: string | undefined): Promise<string> {
  const folder = trainedModelsFolder();
  if (model === undefined) {
    const newest = await newestModelFile(folder);
    if (newest !== undefined) return newest;
    throw new ProgramError(
      'notFound',
      `expected a trained model in ${folder}; there is none. Run 'convnet train' first, or name a file with --model.`,
    );
  }
  if (existsSync(model)) return model;
  if (Object.hasOwn(presets, model)) {
    const trainings = new RegExp(`(^|-)${model}(-\\d+)?$`);
    const last = await newestModelFile(folder, (name) => trainings.test(name));
    return last ?? trainedModelFile(model);
  }
  const named = /[/\\]/.test(model) ? model : trainedModelFile(model);
  return existsSync(named) ? named : model;
}

/** What a file name may have of the name of a data set. */
const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}_.-]+/gu, '-');

/**
 * The file in the user's folder for a training of a preset on a data set: `shapes-cnn.safetensors`. It is that
 * of the training before it on such data; a model of another kind is never replaced.
 */
export async function fileForTraining(
  preset: string,
  trainedOn: string,
  model: Model,
  classNames: readonly string[],
): Promise<string> {
  for (let number = 1; ; number++) {
    const name = `${fileName(trainedOn)}-${preset}${number === 1 ? '' : `-${number}`}`;
    const file = trainedModelFile(name);
    if (!existsSync(file) || (await isOfSameKind(file, model, trainedOn, classNames))) return file;
  }
}

async function isOfSameKind(
  file: string,
  model: Model,
  trainedOn: string,
  classNames: readonly string[],
): Promise<boolean> {
  try {
    const other = await loadModel(file);
    return (
      other.inputShape.join() === model.inputShape.join() &&
      other.info.trainedOn === trainedOn &&
      other.info.classNames?.join('\n') === classNames.join('\n')
    );
  } catch (error) {
    if (isErrorNamed<ModelFileError>(error, 'ModelFileError')) return false;
    throw error;
  }
}

/** The model file that a command means. */
import { presets } from '@convnet/convnet';
import {
  newestModelFile,
  ProgramError,
  trainedModelFile,
  trainedModelsFolder,
} from '@convnet/convnet/node';

/**
 * The file that `--model` means: a file, the last training of a preset, or without it the newest
 * trained model.
 */
export async function modelPath(model: string | undefined): Promise<string> {
  if (model === undefined) return newestModel();
  return Object.hasOwn(presets, model) ? trainedModelFile(model) : model;
}

async function newestModel(): Promise<string> {
  const folder = trainedModelsFolder();
  const newest = await newestModelFile(folder);
  if (newest !== undefined) return newest;
  throw new ProgramError(
    'notFound',
    `expected a trained model in ${folder}; there is none. Run 'convnet train' first, or name a file with --model.`,
  );
}

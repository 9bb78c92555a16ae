/** Where models are kept: in the user's state folder, one file for each network. */
import path from 'node:path';
import { presets } from '@convnet/convnet';
import { newestModelFile } from '@convnet/convnet/node';
import { userFolder } from '@convnet/mnist-io/node';
import { CommandError, exitCodes } from './exit-codes.ts';

const EXTENSION = '.safetensors';

function modelsFolder(): string {
  return path.join(userFolder('state'), 'models');
}

/** Where `train` saves a network unless told otherwise. */
export function defaultModelPath(preset: string): string {
  return path.join(modelsFolder(), `${preset}${EXTENSION}`);
}

/**
 * The file that `--model` means: a file, the last training of a preset, or without it the newest
 * trained model.
 */
export async function modelPath(model: string | undefined): Promise<string> {
  if (model === undefined) return newestModel();
  return Object.hasOwn(presets, model) ? defaultModelPath(model) : model;
}

async function newestModel(): Promise<string> {
  const folder = modelsFolder();
  const newest = await newestModelFile(folder);
  if (newest !== undefined) return newest;
  throw new CommandError(
    exitCodes.notFound,
    `expected a trained model in ${folder}; there is none. Run 'convnet train' first, or name a file with --model.`,
  );
}

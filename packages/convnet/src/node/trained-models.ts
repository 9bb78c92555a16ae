/** Where programs leave the networks that they trained for a user, and look for them. */
import { textOption } from '@convnet/tensor';
import path from 'node:path';
import { userFolder, type Environment } from '@convnet/tensor/node';
import { MODEL_FILE_EXTENSION } from './newest-model-file.ts';

/** The user's folder of trained networks, such as `~/.local/state/convnet/models`; it need not exist. */
export function trainedModelsFolder(env?: Environment): string {
  return path.join(userFolder('state', env), 'models');
}

/** The file in {@link trainedModelsFolder} of the network of that name. */
export function trainedModelFile(name: string, env?: Environment): string {
  return path.join(
    trainedModelsFolder(env),
    `${textOption(name, 'trainedModelFile')}${MODEL_FILE_EXTENSION}`,
  );
}

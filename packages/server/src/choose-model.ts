/**
 * Which network to serve: the one that was named; else the newest that was trained on this
 * machine; else the one that comes with this package.
 */
import { type Model, isConvnetError } from '@convnet/convnet';
import {
  loadModel,
  newestModelFile,
  ProgramError,
  systemErrorCode,
  systemErrorMeaning,
  trainedModelsFolder,
} from '@convnet/convnet/node';
import { SHIPPED_MODEL_FILE } from './package-files.ts';

/** A network and where it comes from. */
export interface ChosenModel {
  readonly model: Model;
  /** For people, such as `the newest model trained here, FILE`. */
  readonly origin: string;
}

const CHOOSE_ANOTHER = 'Choose another with --model FILE.';

function asProgramError(error: unknown, file: string, advice: string): unknown {
  const code = systemErrorCode(error);
  if (code !== undefined) {
    const { kind, reason = `reading it failed with ${code}` } = systemErrorMeaning(error) ?? {};
    return new ProgramError(
      kind === 'missing' || kind === 'denied' ? 'notFound' : 'io',
      `${file}: expected a model file; ${reason}. ${advice}`,
      { cause: error },
    );
  }
  if (!isConvnetError(error)) return error;
  const exit = error.code === 'not-found' ? 'notFound' : 'badData';
  return new ProgramError(exit, `${error.message} ${advice}`, { cause: error });
}

async function load(file: string, advice: string): Promise<Model> {
  try {
    return await loadModel(file);
  } catch (error) {
    throw asProgramError(error, file, advice);
  }
}

/**
 * Chooses and loads.
 *
 * @param named - the file that the user named, if any.
 * @param folder - where trained models are looked for.
 * @throws ProgramError if the chosen file is missing or broken; no other is used in its place.
 */
export async function chooseModel(
  named: string | undefined,
  folder: string = trainedModelsFolder(),
): Promise<ChosenModel> {
  if (named !== undefined) {
    const model = await load(named, 'Check the path given with --model or CONVNET_MODEL.');
    return { model, origin: named };
  }
  const trained = await newestModelFile(folder).catch((error: unknown) => {
    throw asProgramError(error, folder, CHOOSE_ANOTHER);
  });
  if (trained !== undefined) {
    const advice = `It is the newest model in the folder of trained ones: remove it, or train again. ${CHOOSE_ANOTHER}`;
    return { model: await load(trained, advice), origin: `the newest trained here, ${trained}` };
  }
  const model = await load(SHIPPED_MODEL_FILE, CHOOSE_ANOTHER);
  return { model, origin: 'shipped with this server; train your own with "convnet train"' };
}

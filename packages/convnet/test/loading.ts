/**
 * Loads a model file, as `loading.ts FILE`, and prints how it ended and how much memory that took
 * at most beyond what the process had, in bytes.
 */
import { loadModel } from '../src/node/index.ts';
import { peakMemory } from './peak-memory.ts';

const [, , file = ''] = process.argv;
/** @returns the number of parameters, or the error's name. */
const load = async (path: string): Promise<number | string> => {
  try {
    return (await loadModel(path)).countParams();
  } catch (error) {
    return (error as Error).name;
  }
};

await load(import.meta.filename); // so that all code is there
const before = peakMemory();
const result = await load(file);
process.stdout.write(JSON.stringify({ result, growth: peakMemory() - before }));

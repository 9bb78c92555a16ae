/**
 * Loads a model file, as `loading.ts FILE`, and prints how it ended and how much memory that took
 * at most beyond what the process had, in bytes.
 */
import { readFileSync } from 'node:fs';
import { loadModel } from '../src/node/index.ts';

/** Most memory that the process ever had, in bytes. */
function peak(): number {
  // Linux counts the parent's memory in maxRSS.
  const kibibytes =
    process.platform === 'linux'
      ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
      : process.resourceUsage().maxRSS;
  return kibibytes * 1024;
}

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
const before = peak();
const result = await load(file);
process.stdout.write(JSON.stringify({ result, growth: peak() - before }));

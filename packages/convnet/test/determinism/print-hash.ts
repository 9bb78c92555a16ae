/** `print-hash.ts <backend> <threads>`: prints the hash of a training, from the sources. */
import * as convnet from '../../src/index.ts';
import { trainingHash } from './training-hash.js';

const [backend, threads] = process.argv.slice(2) as [convnet.Backend, string];
console.log((await trainingHash(convnet, { backend, threads: Number(threads) })).hash);

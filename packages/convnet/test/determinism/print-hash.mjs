/** `print-hash.mjs <backend> <threads>`: prints the hash of a training, by the built modules. */
import * as convnet from '@convnet/convnet';
import { trainingHash } from './training-hash.js';

const [backend, threads] = process.argv.slice(2);
console.log((await trainingHash(convnet, { backend, threads: Number(threads) })).hash);

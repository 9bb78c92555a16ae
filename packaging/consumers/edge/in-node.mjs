/** The same in Node, by the reference kernels: `in-node.mjs MODEL`. */
import { createKernels } from '@convnet/convnet';
import { readFileSync } from 'node:fs';
import { answers } from './answers.mjs';

const file = readFileSync(process.argv[2]);
console.log(JSON.stringify(await answers(file, createKernels('reference'))));

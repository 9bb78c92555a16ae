/** What a file may hold that this library reads: layers in every form of a network. */
import type { KnownLayers } from '../layers/registry.ts';
import { VERSIONS } from './model-file-format.ts';
import { allNumbers } from './number-formats.ts';
import { readSequential } from './read-architecture.ts';
import { readFunctional } from './read-functional.ts';
import type { Readable } from './read-model-file.ts';

/** See the top of this file. */
export const anyModel = (layers: KnownLayers): Readable => ({
  layers,
  architectures: new Map([
    [VERSIONS.sequential, readSequential],
    [VERSIONS.functional, readFunctional],
  ]),
  numbers: allNumbers,
});

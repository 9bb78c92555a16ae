/** Writes to a disk that has no room, and prints what came of it: `full-disk.ts FILE`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FileWriteError, writeFileAtomically } from '../src/node/index.ts';

const file = process.argv[2]!;
await writeFileAtomically(file, Uint8Array.of(1, 2, 3));
const error: unknown = await writeFileAtomically(file, new Uint8Array(200_000)).catch(
  (thrown: unknown) => thrown,
);
const { code, cause, message } = error as FileWriteError;
console.log(
  JSON.stringify({
    code,
    cause: (cause as NodeJS.ErrnoException).code,
    message,
    kept: [...readFileSync(file)],
    files: readdirSync(path.dirname(file)),
  }),
);

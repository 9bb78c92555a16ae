/**
 * Output that appears when it is whole: everything is written to a folder of its own beside the
 * target, and then renamed. An existing target is refused, or replaced if the caller asks for it.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFile, syncFolder } from '@convnet/tensor/node';
import { OutputError } from '../../errors.ts';
import { DESCRIPTION_FILE } from '../formats/dataset-description.ts';
import { kindAt } from '../formats/format-names.ts';

/** Where to, and what of it may be replaced. */
export interface OutputPlan {
  /** The folder that receives the files. */
  readonly folder: string;
  /** Names in it; `undefined` if the folder as a whole is the output. */
  readonly files: readonly string[] | undefined;
  readonly force: boolean;
}

/**
 * Fills the output.
 *
 * @param fill - writes to the folder it is given; when it throws, nothing has happened.
 * @throws OutputError if the target exists already, or cannot be written to.
 */
export async function stagedOutput(
  plan: OutputPlan,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await refuseExisting(plan);
  const parent = path.dirname(path.resolve(plan.folder));
  const name = `.${path.basename(path.resolve(plan.folder))}.${randomUUID().slice(0, 8)}.part`;
  const staging = path.join(parent, name);
  const written = path.join(staging, 'new');
  await mkdir(written, { recursive: true }).catch((error: unknown) => {
    throw cannotCreate(`${parent} cannot be written to (${codeOf(error)})`, error);
  });
  try {
    await fill(written);
    await syncAll(written);
    await refuseExisting(plan);
    await moveInto(plan, written, path.join(staging, 'old'));
    await syncFolder(parent);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function moveInto(plan: OutputPlan, written: string, old: string): Promise<void> {
  if (plan.files === undefined) {
    const exists = (await kindAt(plan.folder)) !== undefined;
    if (exists) await rename(plan.folder, old);
    try {
      await rename(written, plan.folder);
    } catch (error) {
      if (exists) await rename(old, plan.folder);
      throw error;
    }
    return;
  }
  await mkdir(plan.folder, { recursive: true });
  for (const file of await readdir(written)) {
    await rename(path.join(written, file), path.join(plan.folder, file));
  }
  await syncFolder(plan.folder);
}

async function refuseExisting({ folder, files, force }: OutputPlan): Promise<void> {
  const kind = await kindAt(folder);
  if (kind === undefined) return;
  if (kind === 'file') throw cannotCreate(`${folder} is a file`);
  if (files === undefined) {
    const stranger = await strangerIn(folder);
    // Whatever is told: what this command would not have written, it does not delete.
    if (stranger !== undefined) throw cannotCreate(`${stranger} is in the way`);
    if (!force && (await readdir(folder)).length > 0) {
      throw cannotCreate(`${folder} already exists`, undefined, 'pass `force` to replace it');
    }
    return;
  }
  for (const file of files) {
    const existing = path.join(folder, file);
    const found = await kindAt(existing);
    if (found === 'folder') throw cannotCreate(`${existing} is a folder`);
    if (found !== undefined && !force) {
      throw cannotCreate(`${existing} already exists`, undefined, 'pass `force` to replace it');
    }
  }
}

/** The first thing in a folder that is not part of a folder of pictures, three levels deep. */
async function strangerIn(folder: string, depth = 0): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isFile() && (entry.name === DESCRIPTION_FILE || /\d\.png$/.test(entry.name)))
      continue;
    if (!entry.isDirectory() || depth === 2) return place;
    const stranger = await strangerIn(place, depth + 1);
    if (stranger !== undefined) return stranger;
  }
  return undefined;
}

function cannotCreate(what: string, cause?: unknown, remedy?: string): OutputError {
  return new OutputError(
    `expected a place for the output; ${what}. Choose another${remedy === undefined ? '' : `, or ${remedy}`}.`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Syncs a folder and the files in it, so that no name is given to what is not on disk. */
async function syncAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isFile()) await syncFile(path.join(entry.parentPath, entry.name));
  }
  await syncFolder(folder);
}

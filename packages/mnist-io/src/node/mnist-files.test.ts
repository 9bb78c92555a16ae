import fs from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/small-dataset.ts';
import { DatasetError, MissingDataError } from '../errors.ts';
import { MAX_IDX_FILE_BYTES } from '../idx/idx.ts';
import { readIdxFile } from './mnist-files.ts';

let folder = '';

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await fs.rm(folder, { recursive: true });
});

const inFolder = (name: string): string => path.join(folder, name);

describe('readIdxFile', () => {
  it('says that a file is missing', async () => {
    await expect(readIdxFile(inFolder('none'))).rejects.toThrow(MissingDataError);
    await fs.writeFile(inFolder('file'), '');
    await expect(readIdxFile(inFolder('file/none'))).rejects.toThrow(MissingDataError);
  });

  it('refuses a folder', async () => {
    await expect(readIdxFile(folder)).rejects.toThrow(DatasetError);
  });

  it('refuses a file above the limit without reading it', async () => {
    const file = inFolder('large');
    await fs.writeFile(file, '');
    await fs.truncate(file, MAX_IDX_FILE_BYTES + 1); // sparse: takes no room on disk
    await expect(readIdxFile(file)).rejects.toThrow(/expected at most 1073741860 bytes/);
  });
});

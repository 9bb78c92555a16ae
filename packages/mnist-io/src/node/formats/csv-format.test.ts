import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCsv } from './csv-format.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-csv-'));
  file = path.join(folder, 'test.csv');
});
afterEach(() => rm(folder, { recursive: true }));

/** Reads a file of that text: labels and pixels. */
async function read(text: string): Promise<{ labels: number[]; pixels: number[] }> {
  await writeFile(file, text);
  const [set] = (await readCsv(file)).sets;
  expect(set).toMatchObject({ split: 'test', height: 2, width: 2 });
  const [labels, pixels]: [number[], number[]] = [[], []];
  for await (const batch of set!.batches()) {
    labels.push(...batch.labels);
    pixels.push(...batch.pixels);
  }
  return { labels, pixels };
}

describe('readCsv', () => {
  test.each<[string, string]>([
    ['without a header', '7,1,2,3,4\n0,5,6,7,8\n'],
    ['with a byte order mark, CRLF and quotes', '\ufefflabel,a,b,c,d\r\n7,1,2,3,"4"\r\n0,5,6,7,8'],
    ['with the label last', 'p0,p1,p2,p3,class\n1,2,3,4,7\n5,6,7,8,0\n'],
    ['with rows and columns as names', 'label,1x1,1x2,2x1,2x2\n7,1,2,3,4\n0,5,6,7,8\n'],
    ['with semicolons', '7;1;2;3;4\n0;5;6;7;8\n'],
    ['with tabs', 'label\ta\tb\tc\td\n7\t1\t2\t3\t4\n0\t5\t6\t7\t8\n'],
    ['with spaces and empty lines', '7, 1, 2, 3, 4\n\n0, 5, 6, 7, 8\n\n'],
  ])('reads lines %s', async (_, text) => {
    expect(await read(text)).toEqual({ labels: [7, 0], pixels: [1, 2, 3, 4, 5, 6, 7, 8] });
  });

  test.each([
    ['without a header', 'dog,1,2,3,4\ncat,5,6,7,8\ndog,1,1,1,1\n'],
    ['with one', 'label,a,b,c,d\ndog,1,2,3,4\ncat,5,6,7,8\ndog,1,1,1,1\n'],
  ])('takes words for classes, in natural order, %s', async (_, text) => {
    expect((await read(text)).labels).toEqual([1, 0, 1]);
    expect((await readCsv(file)).classNames).toEqual(['cat', 'dog']);
    const { sets } = await readCsv(file, { classes: ['dog', 'cow'] });
    await expect(sets[0]!.batches()[Symbol.asyncIterator]().next()).rejects.toThrow(
      /names of the classes as labels; received "cat" in line [23]\./,
    );
  });

  test('reads images in colour, if they are square or described', async () => {
    const row = (count: number): string => `1,${new Array<number>(count).fill(7).join()}\n`;
    await writeFile(file, row(8 * 8 * 3));
    expect((await readCsv(file)).sets).toMatchObject([{ height: 8, width: 8, channels: 3 }]);
    await writeFile(file, row(2 * 5 * 3));
    await expect(readCsv(file)).rejects.toThrow(/pixels of a square image/);
    const { sets } = await readCsv(file, { shape: [2, 5, 3] });
    expect(sets).toMatchObject([{ height: 2, width: 5, channels: 3 }]);
    await expect(readCsv(file, { shape: [5, 5, 1] })).rejects.toThrow(
      /5 · 5 · 1 pixels, as its description says, .*received 30 pixels/,
    );
  });

  test('reads more lines than a batch has', async () => {
    const lines = Array.from({ length: 2500 }, (_, i) => `${i % 10},${i % 256},0,0,0\n`);
    const { labels, pixels } = await read(lines.join(''));
    expect(labels).toEqual(lines.map((_, i) => i % 10));
    expect(pixels.filter((_, i) => i % 4 === 0)).toEqual(lines.map((_, i) => i % 256));
  });

  test.each<[string, string, RegExp]>([
    ['a cell that is no byte', '1,2,3,4,5\n1,2,3,4,256\n', /received "256" in line 2, column 5/],
    ['a fraction', '1,2,3,4,5\n1,2,3,4,0.5\n', /received "0.5" in line 2, column 5/],
    ['an empty cell', '1,2,3,4,5\n1,2,,4,5\n', /received "" in line 2, column 3/],
    ['text', 'label,a,b,c,d\n1,2,x,4,5\n', /received "x" in line 2, column 3/],
    ['lines of other lengths', '1,2,3,4,5\n1,2,3,4\n', /equal length; .*line 2/],
    ['no square', '1,2,3,4\n', /received 3 pixels/],
    ['no labels', 'pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n', /a column called label/],
    ['one column', '12345\n', /separated by commas; received one column, "12345"/],
    ['a number among words', 'cat,1,2,3,4\n7,1,2,3,\n', /received "" in line 2, column 5/],
    ['nothing', '', /an empty file/],
    ['a quote without end', '1,"2,3,4,5\n', /expected comma-separated/],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(DatasetError);
    await expect(read(text)).rejects.toThrow(message);
  });
});

/** `convnet predict` on pictures with several digits, by the network that the server ships with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDigits, type PixelBox } from '@convnet/mnist-io';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const model = fileURLToPath(new URL('../../server/models/mnist.safetensors', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-predict-'));
});
afterAll(() => rm(folder, { recursive: true }));

const digits = generateDigits({ count: 3, seed: 5, split: 'test' });

/** Three digits on white, 140 pixels each: two in a line, and one below. */
async function threeDigits(): Promise<string> {
  const places = [
    { left: 20, top: 10 },
    { left: 210, top: 20 },
    { left: 90, top: 190 },
  ];
  const images = await Promise.all(
    places.map(async (place, i) => {
      const ink = digits.images.pixels.slice(i * 784, (i + 1) * 784).map((value) => 255 - value);
      const input = await sharp(ink, { raw: { width: 28, height: 28, channels: 1 } })
        .resize(140)
        .png()
        .toBuffer();
      return { input, ...place };
    }),
  );
  const file = path.join(folder, 'three.png');
  const page = { width: 380, height: 350, channels: 3, background: 'white' } as const;
  await sharp({ create: page }).composite(images).png().toFile(file);
  return file;
}

test('ink that is no digit is said to be none, and no probability is larger than that it is one', async () => {
  const file = path.join(folder, 'scribble.png');
  const strokes = '<path d="M20 90 L40 15 L55 90 L75 15 L90 90 L110 15 L125 90 M15 30 L130 80" fill="none" stroke="black" stroke-width="5"/>'; // prettier-ignore
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="145" height="110">${strokes}</svg>`;
  await sharp(Buffer.from(svg)).flatten({ background: 'white' }).png().toFile(file);
  const { stdout } = await runCli(['predict', file, '--model', model, '--json']);
  const { predictions } = JSON.parse(stdout) as {
    predictions: { isDigit: boolean; digitProbability: number; probability: number }[];
  };
  const [prediction] = predictions;
  expect(prediction!.isDigit).toBe(false);
  expect(prediction!.probability).toBeLessThanOrEqual(prediction!.digitProbability);
  expect(prediction!.digitProbability).toBeLessThan(0.1);
  const shown = await runCli(['predict', file, '--model', model]);
  expect(shown.stdout).toMatch(/: no digit {2}\d+\.\d\d % {2}\(most like \d\)/);
});

test('every digit of a picture is named, in reading order, with its box', async () => {
  const file = await threeDigits();
  const { code, stdout } = await runCli(['predict', file, '--model', model, '--json']);
  expect(code).toBe(0);
  const { predictions } = JSON.parse(stdout) as {
    predictions: { file: string; className: string; box: PixelBox }[];
  };
  expect(predictions.map(({ className }) => className)).toEqual([...digits.labels].map(String));
  for (const [i, { box, file: of }] of predictions.entries()) {
    expect(of).toBe(file);
    const left = [20, 210, 90][i]!;
    expect(box.left).toBeGreaterThanOrEqual(left);
    expect(box.left + box.width).toBeLessThanOrEqual(left + 140);
  }
  const shown = await runCli(['predict', file, '--model', model]);
  expect(shown.stdout).toContain(`${file}: 3 pieces of ink`);
  expect(shown.stdout).toMatch(/3 of 3, at \d+, \d+: \d+ × \d+ pixels/);
});

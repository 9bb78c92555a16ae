/** 200 kills while checkpoints are being saved; `kills.test.ts` has 5. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { killWhileSaving } from './kills.ts';

test('the newest checkpoint loads after each of 200 kills', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-kills-'));
  try {
    const parameters = await killWhileSaving(path.join(folder, 'killed.safetensors'), 200);
    expect(parameters).toHaveLength(200);
    expect(new Set(parameters).size).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 1_200_000);

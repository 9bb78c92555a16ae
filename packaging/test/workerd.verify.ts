/**
 * The libraries in workerd, in which Cloudflare Workers run: it compiles no WebAssembly from bytes, so
 * that plain TypeScript computes, and gives the bits that it gives in Node. Miniflare, which brings
 * workerd, takes 165 MB, and so it is installed here and not in the workspace.
 */
import { createPreset, encodeModel } from '@convnet/convnet';
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraries, npm, pack } from './pack.ts';

/** Of the last that run on Node 20. */
const MINIFLARE = 'miniflare@4.20260103.0';

/** How npm says that there is no registry to be reached. */
const NO_REGISTRY = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT)\b/;

interface Answers {
  readonly kernels: readonly string[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-workerd-'));
const bundle = path.join(folder, 'bundle.mjs');
const model = path.join(folder, 'model.safetensors');

beforeAll(async () => {
  cpSync(fileURLToPath(new URL('../consumers/edge', import.meta.url)), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  writeFileSync(model, encodeModel(createPreset('lenet5', { seed: 1 })));
  npm(folder, 'install', '--offline', ...pack(libraries, folder).values());
  // As Wrangler, which uploads workers, bundles them.
  await build({
    absWorkingDir: folder,
    entryPoints: ['worker.mjs'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    target: 'es2022',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** @returns why there is no Miniflare; nothing if there is. */
function installMiniflare(): string | undefined {
  try {
    npm(folder, 'install', MINIFLARE);
    return undefined;
  } catch (error) {
    const { stderr } = error as { readonly stderr: string };
    const [reason] = NO_REGISTRY.exec(stderr) ?? [];
    if (reason === undefined || process.env['CI'] === 'true') throw error;
    return `the registry of npm cannot be reached (${reason})`;
  }
}

function answersOf(...args: readonly string[]): Answers {
  const printed = execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(printed) as Answers;
}

test('in workerd the reference is chosen, predicts, and trains to the same bits', ({ skip }) => {
  const reason = installMiniflare();
  if (reason !== undefined) {
    console.warn(`skipped: networks in workerd, because ${reason}.`);
    skip(reason);
  }
  const expected = answersOf('in-node.mjs', model);
  const kernels = ['reference', 'reference', 'reference'];
  expect(answersOf('in-workerd.mjs', bundle, model)).toEqual({
    ...expected,
    compilesBytes: false,
    kernels,
  });
});

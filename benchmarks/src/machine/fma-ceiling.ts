/**
 * How many floating-point operations one core does in WebAssembly: the best of a few
 * register-blocked loops, with fused multiply-add (`f32x4.relaxed_madd`) and with separate multiply
 * and add. A multiply-add counts as two operations. The loops are AssemblyScript, compiled here.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import asc from 'assemblyscript/asc';

export interface FmaCeiling {
  /** GFLOPS of one thread with fused multiply-add. */
  readonly fused: number;
  /** GFLOPS of one thread with separate operations. */
  readonly separate: number;
}

/** Multiply-adds of four lanes in one step over the depth. */
const loops = { rows4: 8, rows5: 10 } as const;
type LoopName = keyof typeof loops;
type Loop = (a: number, b: number, out: number, depth: number, repeats: number) => void;

const DEPTH = 256;
const A = 0;
const B = DEPTH * 32;
const OUT = 2 * B;
const LANES = 4;
const REPEATS = 4_000;
const TRIALS = 12;

/** Measures both; the module is compiled for this alone and takes some milliseconds a trial. */
export async function measureFmaCeiling(): Promise<FmaCeiling> {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return { fused: await bestLoop(true), separate: await bestLoop(false) };
}

async function bestLoop(fused: boolean): Promise<number> {
  const exported = await compile(fused);
  const { memory, ...functions } = exported;
  new Float32Array(memory.buffer).fill(1e-3);
  let best = 0;
  for (const name of Object.keys(loops) as LoopName[]) {
    const run = functions[name];
    const operations = loops[name] * LANES * 2 * DEPTH * REPEATS;
    for (let trial = 0; trial < TRIALS; trial++) {
      const start = performance.now();
      run(A, B, OUT, DEPTH, REPEATS);
      best = Math.max(best, operations / (performance.now() - start) / 1e6);
    }
  }
  return best;
}

type LoopExports = Readonly<Record<LoopName, Loop>> & { readonly memory: WebAssembly.Memory };

async function compile(fused: boolean): Promise<LoopExports> {
  const source = readFileSync(new URL('./multiply-add.assembly.ts', import.meta.url), 'utf8');
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      'multiply-add.ts',
      '--outFile=multiply-add.wasm',
      '--optimizeLevel=3',
      '--runtime=stub',
      '--initialMemory=1',
      '--enable=simd',
      '--enable=relaxed-simd',
      `--use=FUSED=${fused ? 1 : 0}`,
    ],
    {
      readFile: (name) => (name === 'multiply-add.ts' ? source : null),
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`AssemblyScript: ${error?.message} ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(binary, { env: { abort: () => undefined } });
  return instance.exports as unknown as LoopExports;
}

/** Kills a process again and again while it saves checkpoints, and loads what it left. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { RandomStreams } from '@convnet/tensor';
import { decodeModel } from '../src/index.ts';
import { bundled } from './bundled-program.ts';

/** @returns for each kill, the number of parameters of the checkpoint that it left. */
export async function killWhileSaving(file: string, kills: number): Promise<number[]> {
  const random = new RandomStreams(1).stream('kills');
  const program = bundled('saving.ts');
  const loaded: number[] = [];
  while (loaded.length < kills) {
    const child = spawn(process.execPath, [program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    // The second epoch begins when the first checkpoint is there.
    let seen = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (piece: Buffer) => {
        seen += piece.toString();
        if (seen.includes('1\n')) resolve();
      });
    });
    await new Promise((resolve) => setTimeout(resolve, random.uniform(0, 30)));
    child.kill('SIGKILL');
    await ended;
    loaded.push(decodeModel(readFileSync(file)).countParams());
  }
  return loaded;
}

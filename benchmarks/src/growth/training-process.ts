/**
 * A process that trains at one point and lives through all of its rounds. It is sent a number of
 * steps at a time and answers by a line of JSON; between answers it waits, and takes no time.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { environmentWith, lastError } from '../run-contender.ts';
import type { Start } from './contenders.ts';

/** One answer takes this long at most; then the point counts as failed. */
const TIME_LIMIT_SECONDS = 60;

export interface TrainingTime {
  readonly seconds: number;
  readonly maxRssMegabytes: number;
}

export class TrainingProcess {
  readonly setting: string | undefined;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<string>;
  #version: string | undefined;

  private constructor({ command, args, environment, setting }: Start) {
    this.setting = setting;
    this.#child = spawn(command, args, {
      env: environmentWith(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaints = '';
    this.#child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    // Writing to a process that has ended; how it ended is told by `#closed`.
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        resolve(error.message);
      });
      this.#child.once('close', (code, signal) => {
        resolve(lastError(complaints) ?? endOf(code, signal));
      });
    });
  }

  /** A process that is ready to train. */
  static async start(start: Start): Promise<TrainingProcess> {
    const started = new TrainingProcess(start);
    const { version } = await started.#answer();
    if (typeof version === 'string') started.#version = version;
    return started;
  }

  /** Version of what is measured, if the program knows it. */
  get version(): string | undefined {
    return this.#version;
  }

  /** @throws Error that says why there is no answer; the process has then ended. */
  async train(steps: number): Promise<TrainingTime> {
    this.#child.stdin.write(`${steps}\n`);
    const { seconds, loss, maxRssMegabytes } = await this.#answer();
    if (typeof seconds !== 'number' || typeof maxRssMegabytes !== 'number') {
      throw new Error('expected seconds and megabytes in the answer.');
    }
    if (typeof loss !== 'number' || !Number.isFinite(loss)) {
      await this.end();
      throw new Error(`expected a finite loss; received ${JSON.stringify(loss)}.`);
    }
    return { seconds, maxRssMegabytes };
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #answer(): Promise<Record<string, unknown>> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, TIME_LIMIT_SECONDS * 1000);
    });
    const line = await Promise.race([this.#lines.next(), late]);
    clearTimeout(timer);
    if (line === 'late') {
      await this.end();
      throw new Error(`took longer than ${TIME_LIMIT_SECONDS} s.`);
    }
    if (line.done) throw new Error(await this.#closed);
    return JSON.parse(line.value) as Record<string, unknown>;
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === 'SIGKILL'
    ? 'was killed, as happens where memory runs out.'
    : `ended with ${signal ?? code ?? 'nothing'}.`;
}

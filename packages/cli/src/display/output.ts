/**
 * Where a command writes. Without `--json`, what people read goes to standard output; with it,
 * standard output carries one JSON document and people read standard error. Whatever names files
 * and pictures bring, nothing but the program's own colours acts on a terminal.
 */
import { printable } from '@convnet/convnet';
import type { WriteStream } from 'node:tty';
import { createColors } from 'picocolors';

/** A colour, or the end of one. Names are {@link printable} before they are painted. */
const COLOUR = /(\u001b\[[\d;]*m)/; // eslint-disable-line no-control-regex -- how terminals know it

/** Each line of a text by itself, made {@link printable}. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** How much and in which form to write. */
export interface OutputOptions {
  readonly json?: boolean | undefined;
  /** Only results, no settings and no progress. */
  readonly quiet?: boolean | undefined;
  /** `false` for `--no-color`. */
  readonly color?: boolean | undefined;
}

/** The output of one command. */
export class Output {
  /** The stream that people read. */
  readonly stream: NodeJS.WriteStream;
  readonly isQuiet: boolean;
  /** Whether colors are wanted and will be seen. */
  readonly usesColor: boolean;
  readonly colors: ReturnType<typeof createColors>;
  readonly #isJson: boolean;

  constructor({ json = false, quiet = false, color = true }: OutputOptions) {
    this.#isJson = json;
    this.isQuiet = quiet;
    this.stream = json ? process.stderr : process.stdout;
    this.usesColor = color && this.#wantsColor();
    this.colors = createColors(this.usesColor);
  }

  /** Whether a display that redraws itself makes sense. */
  get isTerminal(): boolean {
    const { isTTY = false } = this.stream as Partial<WriteStream>;
    return isTTY && process.env['TERM'] !== 'dumb';
  }

  /** Width of the terminal in characters; 80 where it is unknown. */
  get columns(): number {
    return (this.stream as Partial<WriteStream>).columns ?? 80;
  }

  /** Writes lines that matter even when quiet. */
  result(...lines: string[]): void {
    for (const line of lines) this.stream.write(`${this.#shown(line)}\n`);
  }

  /** Writes lines that are left out when quiet. */
  info(...lines: string[]): void {
    if (!this.isQuiet) this.result(...lines);
  }

  /** Writes lines to standard error, even when quiet: what was not done. */
  warn(...lines: string[]): void {
    for (const line of lines) process.stderr.write(`${this.#shown(line)}\n`);
  }

  /** Writes the document that `--json` asks for; nothing without it. */
  json(document: unknown): void {
    if (this.#isJson)
      process.stdout.write(`${printableLines(JSON.stringify(document, null, 2))}\n`);
  }

  #shown(line: string): string {
    if (!this.usesColor) return printable(line);
    return line
      .split(COLOUR)
      .map((part) => (COLOUR.test(part) ? part : printable(part)))
      .join('');
  }

  /**
   * NO_COLOR and FORCE_COLOR by their common meaning: present and not empty. Nx sets FORCE_COLOR
   * for its tasks even when their output goes to a file, so there it says nothing.
   */
  #wantsColor(): boolean {
    const { NO_COLOR: never, FORCE_COLOR: always, NX_TASK_HASH: nxTask } = process.env;
    if (never) return false;
    if (always && !nxTask) return always !== '0';
    return this.isTerminal;
  }
}

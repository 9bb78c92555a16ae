/** What is seen while data is downloaded: on a terminal a bar for each file, elsewhere a line. */
import type { DownloadProgress } from '@convnet/mnist-io/node';
import { SingleBar } from 'cli-progress';
import { count } from './format.ts';
import type { Output } from './output.ts';

/** Shows a download as it goes on. */
export class DownloadDisplay {
  readonly #output: Output;
  #current = '';
  #bar: SingleBar | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Takes every report of the download. */
  show({ file, mirror, receivedBytes, totalBytes }: DownloadProgress): void {
    if (this.#current !== `${mirror}${file}`) {
      this.stop();
      this.#current = `${mirror}${file}`;
      const what = `downloading ${file} from ${new URL(mirror).host}`;
      if (this.#output.isTerminal && !this.#output.isQuiet) {
        this.#bar = new SingleBar({
          format: `${what} {bar} {percentage} %`,
          barsize: 20,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          stream: this.#output.stream,
          hideCursor: true,
        });
        this.#bar.start(totalBytes, 0);
      } else {
        this.#output.info(`${what}, ${count(totalBytes)} bytes`);
      }
    }
    this.#bar?.update(receivedBytes);
  }

  /** Leaves the display as it is and gives the terminal back; also after an error. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

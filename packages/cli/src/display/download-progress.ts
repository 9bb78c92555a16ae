/** Shows downloads: on a terminal a bar for each file, elsewhere a line. */
import type { DownloadOptions, DownloadProgress } from '@convnet/mnist-io/node';
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

  /** The library calls these while it downloads. */
  get callbacks(): Required<Pick<DownloadOptions, 'onProgress' | 'onWait'>> {
    return {
      onProgress: (progress) => {
        this.#show(progress);
      },
      onWait: () => {
        this.#output.info('another process is downloading the same; waiting for it');
      },
    };
  }

  /** Leaves the display as it is and gives the terminal back; also after an error. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show({ file, mirror, receivedBytes, totalBytes }: DownloadProgress): void {
    if (this.#current !== `${mirror}${file}`) {
      this.stop();
      this.#current = `${mirror}${file}`;
      const rest = receivedBytes > 0 ? `the rest of ${file}` : file;
      const what = `downloading ${rest} from ${new URL(mirror).host}`;
      if (totalBytes !== undefined && this.#output.isTerminal && !this.#output.isQuiet) {
        this.#bar = new SingleBar({
          format: `${what} {bar} {percentage} %`,
          barsize: 20,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          stream: this.#output.stream,
          hideCursor: true,
        });
        this.#bar.start(totalBytes, receivedBytes);
      } else {
        const size = totalBytes === undefined ? 'unknown size' : `${count(totalBytes)} bytes`;
        this.#output.info(`${what}, ${size}`);
      }
    }
    this.#bar?.update(receivedBytes);
  }
}

/**
 * Shows a network train: on a terminal a bar for each epoch, elsewhere exactly one
 * line for each epoch, `epoch 3/5  loss 0.0512  accuracy 98.61 %  51234 images/s`.
 */
import type { BatchLogs, Callback, EpochLogs } from '@convnet/convnet';
import { SingleBar } from 'cli-progress';
import { duration, percent } from './format.ts';
import type { Output } from './output.ts';

/** Room that a bar leaves for the figures beside it, and the least it takes itself. */
const ROOM_FOR_FIGURES = 78;
const SHORTEST_BAR = 4;
const LONGEST_BAR = 40;

/** One finished epoch, for `--json`. */
export interface EpochRecord extends EpochLogs {
  /** From 1. */
  readonly epoch: number;
  readonly imagesPerSecond: number;
}

function figures({ loss, accuracy }: EpochLogs): string {
  return `loss ${loss.toFixed(4)}  accuracy ${percent(accuracy!)}`;
}

/** Shows training as it goes on; pass it to `fit` as a callback. */
export class TrainingProgress implements Callback {
  readonly records: EpochRecord[] = [];
  /** The last batch: its epoch, from 1, and the mean loss of the epoch so far. */
  last = { epoch: 0, loss: 0, samplesSeen: 0 };
  readonly #output: Output;
  readonly #epochs: number;
  #bar: SingleBar | undefined;
  #trainingBegan = 0;
  #epochBegan = 0;
  #trainingSeconds = 0;
  #samplesPerEpoch = 0;

  constructor(output: Output, epochs: number) {
    this.#output = output;
    this.#epochs = epochs;
  }

  onTrainBegin(): void {
    this.#trainingBegan = performance.now();
  }

  onEpochBegin(epoch: number): void {
    this.#epochBegan = performance.now();
    this.last = { epoch: epoch + 1, loss: 0, samplesSeen: 0 };
    if (!this.#output.isTerminal || this.#output.isQuiet) return;
    const room = this.#output.columns - ROOM_FOR_FIGURES;
    this.#bar = new SingleBar({
      format: `${this.#title(epoch)} {bar} {percentage} %  {figures}`,
      barsize: Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, room)),
      barCompleteChar: '█',
      barIncompleteChar: '░',
      stream: this.#output.stream,
      hideCursor: true,
      fps: 10,
    });
    this.#bar.start(1, 0, { figures: '' });
  }

  onBatchEnd(batch: number, logs: BatchLogs): void {
    const { loss, samplesSeen, samplesPerEpoch } = logs;
    this.last = { ...this.last, loss, samplesSeen };
    this.#samplesPerEpoch = samplesPerEpoch;
    this.#trainingSeconds = (performance.now() - this.#epochBegan) / 1000;
    if (!this.#bar) return;
    if (batch === 0) this.#bar.setTotal(samplesPerEpoch);
    this.#bar.update(samplesSeen, {
      figures: `${this.#line(logs, samplesSeen)}  ${this.#timeLeft(logs)} left`,
    });
  }

  onEpochEnd(epoch: number, logs: EpochLogs): void {
    const imagesPerSecond = this.#samplesPerEpoch / this.#trainingSeconds;
    this.records.push({ epoch: epoch + 1, ...logs, imagesPerSecond: Math.round(imagesPerSecond) });
    const validation =
      logs.valLoss === undefined
        ? ''
        : `  validation loss ${logs.valLoss.toFixed(4)}  accuracy ${percent(logs['valAccuracy']!)}`;
    const line = `${this.#line(logs, this.#samplesPerEpoch)}${validation}`;
    if (this.#bar) {
      this.#bar.update(this.#samplesPerEpoch, { figures: line });
      this.stop();
    } else {
      this.#output.info(`${this.#title(epoch)}  ${line}`);
    }
  }

  /** Leaves the display as it is and gives the terminal back; also after an error. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #title(epoch: number): string {
    return `epoch ${epoch + 1}/${this.#epochs}`;
  }

  #line(logs: EpochLogs, samples: number): string {
    return `${figures(logs)}  ${Math.round(samples / this.#trainingSeconds)} images/s`;
  }

  /** Time until the last epoch ends, from the share of all work that is done. */
  #timeLeft({ samplesSeen, samplesPerEpoch }: BatchLogs): string {
    const done = (this.records.length + samplesSeen / samplesPerEpoch) / this.#epochs;
    const elapsed = (performance.now() - this.#trainingBegan) / 1000;
    return duration((elapsed * (1 - done)) / done);
  }
}

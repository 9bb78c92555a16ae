/**
 * The most probable class, large; and the same in words for screen readers, but only once the
 * drawing rests, for an answer that changes with every stroke would talk over itself.
 */
import { formatShare } from './probability-bars.ts';

/** How long the answer must stand before it is announced, in milliseconds. */
const REST = 700;

/** Least probability of an answer that is shown without reserve. */
const SURE = 0.5;

/** Shows and announces the answer. */
export class Verdict {
  readonly #answer: HTMLElement;
  readonly #announcement: HTMLElement;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(answer: HTMLElement, announcement: HTMLElement) {
    this.#answer = answer;
    this.#announcement = announcement;
  }

  show(classNames: readonly string[], probabilities: readonly number[] | undefined): void {
    clearTimeout(this.#resting);
    if (!probabilities) {
      this.#write('–', false);
      this.#announcement.textContent = '';
      return;
    }
    const probability = Math.max(...probabilities);
    const name = classNames[probabilities.indexOf(probability)]!;
    this.#write(name, probability >= SURE);
    this.#resting = setTimeout(() => {
      this.#announcement.textContent = `Reads as ${name}, ${formatShare(probability)} sure.`;
    }, REST);
  }

  #write(text: string, isSure: boolean): void {
    this.#answer.textContent = text;
    this.#answer.dataset['sure'] = String(isSure);
    this.#answer.dataset['long'] = String(text.length > 2);
  }
}

/** One bar for each class. Names come from a file, so they only ever become text. */

interface Row {
  readonly item: HTMLElement;
  readonly bar: HTMLElement;
  readonly share: HTMLElement;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const created = document.createElement(tag);
  created.className = className;
  created.textContent = text;
  return created;
}

/** A list of classes with their probabilities. */
export class ProbabilityBars {
  readonly #rows: readonly Row[];

  constructor(list: HTMLElement, classNames: readonly string[]) {
    this.#rows = classNames.map((name) => {
      const item = document.createElement('li');
      const track = element('div', 'track');
      const bar = element('div', 'bar');
      const share = element('span', 'share');
      track.append(bar);
      item.append(element('span', 'name', name), track, share);
      return { item, bar, share };
    });
    list.replaceChildren(...this.#rows.map(({ item }) => item));
    this.show(undefined);
  }

  /** Moves the bars to `probabilities`, or to nothing. */
  show(probabilities: readonly number[] | undefined): void {
    const most = probabilities && Math.max(...probabilities);
    for (const [index, { item, bar, share }] of this.#rows.entries()) {
      const probability = probabilities?.[index];
      item.classList.toggle('top', probability !== undefined && probability === most);
      bar.style.setProperty('--share', String(probability ?? 0));
      share.textContent = probability === undefined ? '' : formatShare(probability);
    }
  }
}

/** A probability as percent, such as `97.3 %`. */
export function formatShare(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}

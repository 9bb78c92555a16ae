/**
 * The page: strokes on the board become an image of 28 × 28, the server's network reads it, and
 * ten bars move while the pen does.
 */
import { Board } from './board.ts';
import { DigitReader } from './digit-reader.ts';
import { Drawing } from './drawing.ts';
import { classify, describeModel, ServerError, type ModelDescription } from './model-client.ts';
import { NetworkView } from './network-view.ts';
import { newestFirst } from './newest-first.ts';
import { drawWithPointers } from './pen-input.ts';
import { formatShare, ProbabilityBars } from './probability-bars.ts';
import { Verdict } from './verdict.ts';

const find = (id: string): HTMLElement => document.getElementById(id)!;

const boardCanvas = find('board') as HTMLCanvasElement;
const reading = find('reading');
const problem = find('problem');

const drawing = new Drawing();
const board = new Board(boardCanvas, drawing);
const reader = new DigitReader();
const networkView = new NetworkView(find('network-view') as HTMLCanvasElement);
const verdict = new Verdict(find('answer'), find('announcement'));

let model: ModelDescription | undefined;
let bars: ProbabilityBars | undefined;

async function meetModel(): Promise<ModelDescription> {
  const met = await describeModel();
  bars = new ProbabilityBars(find('bars'), met.classNames);
  const { name, architecture, testAccuracy, trainedOn } = met;
  const accuracy =
    testAccuracy === undefined
      ? 'test accuracy unknown'
      : `${formatShare(testAccuracy)} of test images read right`;
  const training = trainedOn === undefined ? '' : `, trained on ${trainedOn}`;
  find('model').textContent = `Model ${name}: ${architecture}${training}, ${accuracy}`;
  return met;
}

const update = newestFirst({
  async run() {
    model ??= await meetModel();
    const pixels = reader.read(drawing);
    networkView.show(pixels);
    const probabilities = pixels && (await classify(model, pixels));
    // The board may have been cleared while the answer was on its way.
    show(drawing.isEmpty ? undefined : probabilities);
    await nextFrame();
  },
  onBusy(isBusy) {
    reading.ariaBusy = String(isBusy);
  },
  onProblem(error) {
    const text =
      error === undefined
        ? ''
        : error instanceof ServerError
          ? error.message
          : 'The server does not answer. Trying again…';
    // Set only on change: an alert is read aloud each time.
    if (problem.textContent !== text) problem.textContent = text;
  },
});

function show(probabilities: readonly number[] | undefined): void {
  bars?.show(probabilities);
  verdict.show(model?.classNames ?? [], probabilities);
}

/** Answers that come faster than the screen shows them would be work for nothing. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    // Frames stop in a hidden tab.
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(late);
      resolve();
    });
  });
}

function changed(): void {
  document.body.classList.toggle('has-drawing', !drawing.isEmpty);
  board.paint();
  update();
}

function clear(): void {
  drawing.clear();
  show(undefined);
  changed();
}

drawWithPointers(boardCanvas, drawing, changed);
find('clear').addEventListener('click', clear);
document.addEventListener('keydown', (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlain && (event.key === 'Escape' || event.key === 'c')) clear();
});
update();

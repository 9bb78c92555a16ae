/**
 * The Markdown document of a run: where this library loses, a figure and a table for each axis, and
 * how it is measured.
 */
import { formatFigure, formatSpread, markdownTable } from '../markdown-table.ts';
import { axisTexts, figureFile } from './axis-text.ts';
import { contenderIds } from './contenders.ts';
import { rowsAlong, type Figures, type GrowthRun, type Row } from './figures.ts';
import { HELD_IMAGES, LEARNING_RATE, type Axis } from './points.ts';
import { formatValue, growthSentence, lossesText } from './sentences.ts';

export const TRIAL = 'a quick trial, not a measurement';

export function formatGrowth(run: GrowthRun): string {
  const sections = run.axes.flatMap((axis) => axisSection(axis, rowsAlong(axis, run)));
  return [
    '# How training grows',
    ...(run.quick
      ? [
          `**This was ${TRIAL}**: few steps, to see that everything works. Its figures say nothing about speed.`,
        ]
      : []),
    introduction(run),
    machineLine(run),
    ...run.contenders.flatMap(({ label, skipped }) =>
      skipped === undefined ? [] : [`${label}: skipped; ${skipped}`],
    ),
    '## Where PyTorch needs less',
    lossesText(
      run,
      run.axes.flatMap((axis) => rowsAlong(axis, run)),
    ),
    ...sections,
    '## How it is measured',
    howMeasured(run),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction({ cores }: GrowthRun): string {
  return `Time and memory of training against the size of a batch, the channels, the side of the images and the threads, in this library and in PyTorch. The network has two 3 × 3 convolutions with ReLU, each followed by max pooling by 2 × 2, then a dense layer to 10 classes with softmax and cross-entropy; Adam trains it. The base point is a batch of 128, 32 and 64 channels, images of 28 × 28 and ${cores} ${cores === 1 ? 'thread' : 'threads'}; each axis changes one of these. [Benchmarks](benchmarks.md) has networks that read MNIST, and other peers.`;
}

function machineLine(run: GrowthRun): string {
  const versions = new Set(
    Object.values(run.results).flatMap(({ pytorch }) =>
      pytorch && 'version' in pytorch ? [pytorch.version] : [],
    ),
  );
  const pytorch = [...versions].map((version) => `, PyTorch ${version}`).join('');
  return `- ${run.date}, ${run.processor}, ${run.cores} cores, ${run.memoryGigabytes} GB of memory, Node ${run.node}${pytorch}`;
}

function axisSection(axis: Axis, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const { heading } = axisTexts[axis];
  const sentence = growthSentence(axis, rows);
  return [
    `## ${heading}`,
    `![${figureTitle(axis)}](images/${figureFile(axis)})`,
    ...(sentence === '' ? [] : [sentence]),
    table(axis, rows),
    ...remarks(axis, rows),
  ];
}

/** The text alternative of a figure on the page, where sentence and table follow. */
function figureTitle(axis: Axis): string {
  return `Two plots against ${axisTexts[axis].name}: the time of an epoch and the most memory, a line for this library and one for PyTorch`;
}

/** The text alternative of a figure by itself. */
export function figureDescription(axis: Axis, rows: readonly Row[]): string {
  return `${figureTitle(axis)}. ${growthSentence(axis, rows)}`.trim();
}

function table(axis: Axis, rows: readonly Row[]): string {
  const head = [
    axisTexts[axis].name,
    'this library, s per epoch',
    'PyTorch, s per epoch',
    'this library, images/s',
    'PyTorch, images/s',
    'faster than PyTorch',
    'this library, MB',
    'PyTorch, MB',
  ];
  return markdownTable(
    head,
    rows.map((row) => [
      formatValue(row, axis),
      ...cells(row, ({ epochSeconds }) => formatSpread(epochSeconds)),
      ...cells(row, ({ imagesPerSecond }) => formatFigure(imagesPerSecond)),
      timesFaster(row),
      ...cells(row, ({ megabytes }) => formatFigure(megabytes)),
    ]),
  );
}

function cells({ figures }: Row, say: (figures: Figures) => string): string[] {
  return contenderIds.map((id) => {
    const found = figures[id];
    return found ? say(found) : '–';
  });
}

function timesFaster({ figures: { convnet, pytorch } }: Row): string {
  return convnet && pytorch
    ? `${formatFigure(pytorch.epochSeconds.median / convnet.epochSeconds.median)}×`
    : '–';
}

/** Why cells are empty, and which settings of PyTorch were the fastest. */
function remarks(axis: Axis, rows: readonly Row[]): string[] {
  const failures = rows.flatMap((row) =>
    contenderIds.flatMap((id) => {
      const failure = row.failures[id];
      if (failure === undefined) return [];
      const name = id === 'convnet' ? 'this library' : 'PyTorch';
      return [`- ${formatValue(row, axis)}, ${name}: left out; ${failure}`];
    }),
  );
  const settings = new Map<string, string[]>();
  for (const row of rows) {
    const setting = row.figures.pytorch?.setting;
    if (setting === undefined) continue;
    settings.set(setting, [...(settings.get(setting) ?? []), formatValue(row, axis)]);
  }
  const chosen = [...settings].map(([setting, values]) => `${setting} at ${values.join(', ')}`);
  return [
    ...(failures.length > 0 ? [failures.join('\n')] : []),
    ...(chosen.length > 0 ? [`PyTorch was fastest with ${chosen.join('; ')}.`] : []),
  ];
}

function howMeasured({ rounds, secondsOfRound, leastSteps }: GrowthRun): string {
  return `Every figure comes from a process of its own, which lives through all rounds of a point. It is warmed up until some steps take half as long as a round; then the two train in turns, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of at least ${secondsOfRound} s and ${leastSteps} steps each, the waiting one asleep. The tables show medians, with the smallest and the largest, scaled to an epoch of 60,000 images. A process that gives no answer for a minute, or runs out of memory, is left out with the reason.

The images are ${HELD_IMAGES.toLocaleString('en-US')} random ones, about half of whose pixels are background, with random labels; they come again and again in random order. The learning rate is ${LEARNING_RATE}, so that labels which cannot be learned do no harm. Memory is the most that the process held, engine, images and warm-up included.

This library runs on \`relaxed\` with the threads of the point. PyTorch runs as the tuned one of the [benchmarks](benchmarks.md) does: memory kept between steps, images in contiguous or channels-last layout; up to batch 16, with one thread or those of the point. All of these are tried, each in a process of its own, and the fastest is measured.

To repeat it, on an idle machine: \`npm ci && npm run build && npm ci --prefix benchmarks && npm run growth\`. See \`benchmarks/README.md\`.`;
}

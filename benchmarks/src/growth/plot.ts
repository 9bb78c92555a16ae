/**
 * The figure of an axis: time above the values of the axis, and beside it memory, both on logarithmic
 * scales. It is an SVG that brings its own colours for light and dark; colour, mark and dashes tell
 * the lines apart.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { contenderIds, type ContenderId, type GrowthContender } from './contenders.ts';
import type { Figures, Row } from './figures.ts';
import { axisTexts } from './axis-text.ts';
import type { Axis } from './points.ts';

const PANEL = { width: 440, height: 330 } as const;
const LEGEND_HEIGHT = 30;
const HEIGHT = LEGEND_HEIGHT + PANEL.height;
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

const looks: Readonly<Record<ContenderId, { symbol: Plot.SymbolName; dashes: string }>> = {
  convnet: { symbol: 'circle', dashes: 'none' },
  pytorch: { symbol: 'square', dashes: '6 4' },
};

const STYLE = `
  .growth { --ground: #ffffff; --convnet: #0b62c4; --pytorch: #b4540a; color: #24292f; }
  @media (prefers-color-scheme: dark) {
    .growth { --ground: #0d1117; --convnet: #6cb2ff; --pytorch: #f5a04c; color: #d5dbe1; }
  }
`;

export interface Figure {
  readonly axis: Axis;
  readonly rows: readonly Row[];
  readonly contenders: readonly Pick<GrowthContender, 'id' | 'label'>[];
  /** What the figure shows, for those who do not see it. */
  readonly description: string;
  /** Written above the panels, such as that this is a trial. */
  readonly remark?: string;
}

interface Mark {
  readonly id: ContenderId;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

export function drawFigure({ axis, rows, contenders, description, remark }: Figure): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const values = rows.map(({ point }) => point[axis]);
  const time = marks(axis, rows, ({ epochSeconds: { median, min, max } }) => [median, min, max]);
  const memory = marks(axis, rows, ({ megabytes }) => [megabytes, megabytes, megabytes]);
  const panels = [
    legend(document, contenders, remark),
    panel(document, axis, values, 'seconds per epoch of 60,000 images', time),
    panel(document, axis, values, 'most memory of the process, MB', memory),
  ];
  const figure = document.createElementNS(SVG_NAMESPACE, 'svg');
  const attributes = {
    xmlns: SVG_NAMESPACE,
    class: 'growth',
    role: 'img',
    'aria-labelledby': 'title description',
    width: `${2 * PANEL.width}`,
    height: `${HEIGHT}`,
    viewBox: `0 0 ${2 * PANEL.width} ${HEIGHT}`,
    'font-family': 'system-ui, sans-serif',
  };
  for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
  const add = (name: string, content: string, id?: string): Element => {
    const element = document.createElementNS(SVG_NAMESPACE, name);
    if (id !== undefined) element.setAttribute('id', id);
    element.textContent = content;
    figure.append(element);
    return element;
  };
  add('title', `Time and memory of training against ${axisTexts[axis].name}`, 'title');
  add('desc', description, 'description');
  add('style', STYLE);
  const ground = add('rect', '');
  ground.setAttribute('fill', 'var(--ground)');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  panels.forEach((element, i) => {
    element.setAttribute('x', `${i === 2 ? PANEL.width : 0}`);
    element.setAttribute('y', `${i === 0 ? 0 : LEGEND_HEIGHT}`);
    figure.append(element);
  });
  return `${figure.outerHTML}\n`;
}

function marks(
  axis: Axis,
  rows: readonly Row[],
  read: (figures: Figures) => readonly [y: number, low: number, high: number],
): readonly Mark[] {
  return rows.flatMap(({ point, figures }) =>
    contenderIds.flatMap((id) => {
      const found = figures[id];
      if (!found) return [];
      const [y, low, high] = read(found);
      return [{ id, x: point[axis], y, low, high }];
    }),
  );
}

function panel(
  document: Document,
  axis: Axis,
  values: readonly number[],
  label: string,
  points: readonly Mark[],
) {
  const ticks = ticksAround(points.flatMap(({ low, high }) => [low, high]));
  return Plot.plot({
    document,
    ...PANEL,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 34,
    marginBottom: 46,
    style: { background: 'none', fontSize: '13px' },
    x: {
      type: 'log',
      domain: [values.at(0)!, values.at(-1)!],
      inset: 8,
    },
    y: {
      type: 'log',
      domain: [ticks.at(0)!, ticks.at(-1)!],
    },
    marks: [
      Plot.gridY(ticks),
      // Their texts are given, because logarithmic scales leave some of them out.
      Plot.axisX(values, { text: formatCount, label: axisTexts[axis].name, ...labelBelow }),
      Plot.axisY(ticks, { text: formatCount, label, labelArrow: 'none' }),
      ...contenderIds.flatMap((id) =>
        line(
          id,
          points.filter((point) => point.id === id),
        ),
      ),
    ],
  });
}

const labelBelow = { labelAnchor: 'center', labelArrow: 'none' } as const;

function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** A line with a mark at each value, and the range of the rounds. */
function line(id: ContenderId, ofOne: readonly Mark[]): Plot.Markish[] {
  return [
    Plot.ruleX(ofOne, {
      x: 'x',
      y1: 'low',
      y2: 'high',
      stroke: `var(--${id})`,
      strokeWidth: 2,
    }),
    Plot.line(ofOne, {
      x: 'x',
      y: 'y',
      stroke: `var(--${id})`,
      strokeWidth: 2,
      strokeDasharray: looks[id].dashes,
    }),
    Plot.dot(ofOne, {
      x: 'x',
      y: 'y',
      fill: `var(--${id})`,
      symbol: looks[id].symbol,
      r: 4.5,
    }),
  ];
}

/** The names of the lines beside their marks, in a row. */
function legend(document: Document, contenders: Figure['contenders'], remark: string | undefined) {
  const at = (i: number): number => 20 + 140 * i;
  return Plot.plot({
    document,
    width: 2 * PANEL.width,
    height: LEGEND_HEIGHT,
    margin: 0,
    axis: null,
    style: { background: 'none', fontSize: '14px' },
    x: { type: 'identity' },
    marks: [
      ...contenders.map(({ id }, i) =>
        Plot.dot([at(i)], {
          x: (x: number) => x,
          frameAnchor: 'middle',
          fill: `var(--${id})`,
          symbol: looks[id].symbol,
          r: 5,
        }),
      ),
      Plot.text(contenders, {
        x: (_, i: number) => at(i) + 12,
        text: 'label',
        frameAnchor: 'middle',
        textAnchor: 'start',
      }),
      Plot.text(remark === undefined ? [] : [remark], {
        x: () => 2 * PANEL.width - 24,
        frameAnchor: 'middle',
        textAnchor: 'end',
        fontStyle: 'italic',
      }),
    ],
  });
}

/** The numbers 1, 2 and 5 times powers of ten around some values. */
export function ticksAround(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [1, 10];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most) + 1; power++) {
    all.push(...[1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  }
  const from = all.findLastIndex((tick) => tick <= least);
  const to = all.findIndex((tick) => tick >= most && tick > all[from]!);
  return all.slice(from, to + 1);
}

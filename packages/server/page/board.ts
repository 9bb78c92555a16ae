/** The board: shows the drawing as sharply as the screen can, in the colours of the page. */
import type { Drawing } from './drawing.ts';
import { paintDrawing } from './paint-drawing.ts';

/** Shows a drawing on a canvas. */
export class Board {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #drawing: Drawing;

  constructor(canvas: HTMLCanvasElement, drawing: Drawing) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d')!;
    this.#drawing = drawing;
    new ResizeObserver(() => {
      this.#fitToScreen();
    }).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.paint();
    });
  }

  #fitToScreen(): void {
    const size = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    this.#canvas.width = size;
    this.#canvas.height = size;
    this.paint();
  }

  paint(): void {
    const { width: size } = this.#canvas;
    this.#context.clearRect(0, 0, size, size);
    paintDrawing(this.#context, this.#drawing, size, getComputedStyle(this.#canvas).color);
  }
}

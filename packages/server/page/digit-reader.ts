/**
 * From a drawing to what the network takes: white on black, then framed as MNIST frames its
 * digits by the same code as the command line uses.
 */
import { imageToDigit } from '@convnet/mnist-io';
import type { Drawing } from './drawing.ts';
import { paintDrawing } from './paint-drawing.ts';

/** Side of the image that is framed, in pixels; the same for boards of any size. */
const SIZE = 280;

/** Turns drawings into 28 × 28 images. */
export class DigitReader {
  readonly #context: CanvasRenderingContext2D;

  constructor() {
    const canvas = document.createElement('canvas');
    canvas.width = SIZE;
    canvas.height = SIZE;
    this.#context = canvas.getContext('2d', { willReadFrequently: true })!;
  }

  /** Bytes `[28, 28]`, 0 to 255; `undefined` if nothing of the drawing is on the board. */
  read(drawing: Drawing): Uint8Array | undefined {
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, SIZE, SIZE);
    paintDrawing(this.#context, drawing, SIZE, '#fff');
    const { data } = this.#context.getImageData(0, 0, SIZE, SIZE);
    if (!data.some((value, i) => value > 0 && i % 4 === 0)) return undefined;
    const board = { width: SIZE, height: SIZE, channels: 4, data } as const;
    return imageToDigit(board, { joinPieces: true }).pixels;
  }
}

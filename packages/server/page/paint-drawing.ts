/**
 * Paints a drawing with a round pen. Curves run through the middles between neighbouring points
 * and bend at the points themselves, which hides the corners that a pointer's samples make.
 */
import type { Drawing, Stroke } from './drawing.ts';

/** Width of the pen, as a share of the board: about 2.4 of 28 pixels, as in MNIST. */
export const PEN_WIDTH = 1 / 12;

/** Paints onto a square canvas of `size` pixels, in the colour `ink`. */
export function paintDrawing(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  size: number,
  ink: string,
): void {
  context.strokeStyle = ink;
  context.lineWidth = PEN_WIDTH * size;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  for (const stroke of drawing.strokes) traceStroke(context, stroke, size);
  context.stroke();
}

function traceStroke(context: CanvasRenderingContext2D, stroke: Stroke, size: number): void {
  const first = stroke[0]!;
  const last = stroke.at(-1)!;
  context.moveTo(first.x * size, first.y * size);
  for (let i = 1; i + 1 < stroke.length; i++) {
    const { x, y } = stroke[i]!;
    const next = stroke[i + 1]!;
    context.quadraticCurveTo(
      x * size,
      y * size,
      ((x + next.x) / 2) * size,
      ((y + next.y) / 2) * size,
    );
  }
  // Also makes a dot of a stroke that is a single point.
  context.lineTo(last.x * size, last.y * size);
}

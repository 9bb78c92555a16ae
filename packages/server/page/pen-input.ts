/** Mouse, finger and pen on the board, as strokes. One pointer draws at a time. */
import type { Drawing, Point } from './drawing.ts';

/**
 * Movements between two frames arrive as one event, with all of them inside: if the browser gives them,
 * which it does in secure contexts only, not over plain HTTP from another machine.
 */
function movementsIn(event: PointerEvent): readonly PointerEvent[] {
  const all = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
  return all.length > 0 ? all : [event];
}

/** Lets pointers draw into `drawing`; `onChange` runs after every change. */
export function drawWithPointers(board: HTMLElement, drawing: Drawing, onChange: () => void): void {
  let pen: number | undefined;

  const pointsOf = (events: readonly PointerEvent[]): Point[] => {
    const { left, top, width, height } = board.getBoundingClientRect();
    return events.map(({ clientX, clientY }) => ({
      x: (clientX - left) / width,
      y: (clientY - top) / height,
    }));
  };

  board.addEventListener('pointerdown', (event) => {
    if (pen !== undefined || event.button !== 0) return;
    pen = event.pointerId;
    board.setPointerCapture(pen);
    drawing.begin(pointsOf([event])[0]!);
    onChange();
  });
  board.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pen) return;
    drawing.extend(pointsOf(movementsIn(event)));
    onChange();
  });
  const lift = (event: PointerEvent): void => {
    if (event.pointerId === pen) pen = undefined;
  };
  board.addEventListener('pointerup', lift);
  board.addEventListener('pointercancel', lift);
}

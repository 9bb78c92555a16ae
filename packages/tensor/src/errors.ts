/** Shapes that do not fit together; the message says where, what was expected and what came. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

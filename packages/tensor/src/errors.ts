/** Shapes that do not fit together; the message says where, what was expected and what came. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** A thread that shares the work could not do its part; the results are incomplete. */
export class HelperThreadError extends Error {
  override readonly name = 'HelperThreadError';

  constructor() {
    super(
      'A thread that shares the work failed, most likely for want of memory: results of this run ' +
        'are incomplete. Create the kernels anew; with { threads: 1 } no other thread is needed.',
    );
  }
}

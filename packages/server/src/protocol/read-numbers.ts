/**
 * Tensor contents from JSON: a flat list, or lists within lists, in row-major order. Walks the
 * lists with a stack of its own, since a hostile body can nest them deeper than any call stack.
 */
import type { Tensor } from '@convnet/convnet';
import { describeValue } from './describe-value.ts';
import { MAX_DATA_DEPTH } from './limits.ts';
import { RequestError } from './request-error.ts';

/**
 * Fills `tensor` with the numbers of `data`.
 * @throws RequestError 400 naming `where` if they are not exactly as many finite numbers.
 */
export function readNumbers(data: readonly unknown[], tensor: Tensor, where: string): void {
  const target = tensor.data;
  let count = 0;
  const open: { list: readonly unknown[]; next: number }[] = [{ list: data, next: 0 }];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    if (level.next === level.list.length) {
      open.pop();
      continue;
    }
    const value = level.list[level.next++];
    if (Array.isArray(value)) {
      if (open.length === MAX_DATA_DEPTH) {
        throw new RequestError(
          400,
          `${where}: expected lists nested at most ${MAX_DATA_DEPTH} deep; received deeper ones. Send a flat list, or nest as deep as shape has entries.`,
        );
      }
      open.push({ list: value, next: 0 });
      continue;
    }
    if (count === target.length) throw wrongCount(where, target.length, 'more');
    // Rounds to the tensor's own precision, where a large double may become infinite.
    if (typeof value === 'number') target[count] = value;
    if (typeof value !== 'number' || !Number.isFinite(target[count])) {
      throw new RequestError(
        400,
        `${where}: expected finite ${tensor.dtype} numbers; received ${describeValue(value)} as element ${count}. Check the preprocessing.`,
      );
    }
    count++;
  }
  if (count < target.length) throw wrongCount(where, target.length, String(count));
}

function wrongCount(where: string, expected: number, received: string): RequestError {
  return new RequestError(
    400,
    `${where}: expected ${expected} numbers, the product of shape; received ${received}. Make shape and data agree.`,
  );
}

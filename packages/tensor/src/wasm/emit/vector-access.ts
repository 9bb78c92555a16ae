/** Loads and stores of vectors that may be narrower than four lanes, at the end of a row. */
import type { Code, Local } from './code.ts';

/** Bytes of a float32. */
export const FLOAT = 4;

/** Floats in a vector. */
export const LANES = 4;

/** Loads `width` floats from the address on the stack into the low lanes. */
export function loadVector(code: Code, address: Local, offset: number, width: number): void {
  code.get(address);
  if (width === 4) code.access('v128Load', offset);
  else if (width === 1) code.access('v128Load32Zero', offset);
  else code.access('v128Load64Zero', offset);
  if (width !== 3) return;
  const low = code.local('v128');
  code
    .set(low)
    .get(address)
    .get(low)
    .access('v128Load32Lane', offset + 2 * FLOAT, 2);
}

/** Loads `width` floats that lie `step` bytes apart into the low lanes. */
export function loadLanes(
  code: Code,
  address: Local,
  offset: number,
  width: number,
  step: number,
): void {
  if (step === FLOAT) {
    loadVector(code, address, offset, width);
    return;
  }
  const lanes = code.local('v128');
  code.get(address).access('v128Load32Zero', offset);
  for (let lane = 1; lane < width; lane++) {
    code.set(lanes).get(address).get(lanes);
    code.access('v128Load32Lane', offset + lane * step, lane);
  }
}

/** Stores the low `width` lanes. */
export function storeVector(
  code: Code,
  address: Local,
  offset: number,
  width: number,
  value: Local,
): void {
  code.get(address).get(value);
  if (width === 4) code.access('v128Store', offset);
  else if (width === 1) code.access('v128Store32Lane', offset, 0);
  else code.access('v128Store64Lane', offset, 0);
  if (width !== 3) return;
  code
    .get(address)
    .get(value)
    .access('v128Store32Lane', offset + 2 * FLOAT, 2);
}

/** A mask of the first `width` lanes. */
export const lanesBelow = (width: number): [number, number, number, number] =>
  [0, 1, 2, 3].map((lane) => (lane < width ? -1 : 0)) as [number, number, number, number];

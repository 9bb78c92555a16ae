/** Regions of masks `[height, width]` of 0 and 1, connected along rows and columns. */

/** Marks all that is connected with `seed` by pixels of its value; returns how many they are. */
function flood(
  mask: Uint8Array,
  width: number,
  seed: number,
  marked: Uint8Array,
  waiting: Int32Array,
): number {
  const value = mask[seed]!;
  const steps = [-1, 1, -width, width];
  waiting[0] = seed;
  marked[seed] = 1;
  let [size, count] = [0, 1];
  while (count > 0) {
    count -= 1;
    const position = waiting[count]!;
    size += 1;
    const x = position % width;
    for (let k = 0; k < 4; k++) {
      if ((k === 0 && x === 0) || (k === 1 && x === width - 1)) continue;
      const next = position + steps[k]!;
      if (mask[next] !== value || marked[next] === 1) continue;
      marked[next] = 1;
      waiting[count] = next;
      count += 1;
    }
  }
  return size;
}

/** The largest region of ones, as a mask; empty if there are none. */
export function largestPiece(mask: Uint8Array, width: number): Uint8Array {
  const marked = new Uint8Array(mask.length);
  const waiting = new Int32Array(mask.length);
  let [largest, largestSeed] = [0, -1];
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || marked[seed] === 1) continue;
    const size = flood(mask, width, seed, marked, waiting);
    if (size > largest) [largest, largestSeed] = [size, seed];
  }
  const piece = new Uint8Array(mask.length);
  if (largestSeed >= 0) flood(mask, width, largestSeed, piece, waiting);
  return piece;
}

/** Fills zeros from which no zeros lead to the border. */
export function fillHoles(mask: Uint8Array, width: number): void {
  const outside = new Uint8Array(mask.length);
  const waiting = new Int32Array(mask.length);
  const height = mask.length / width;
  const enter = (position: number): void => {
    if (mask[position] === 0 && outside[position] === 0)
      flood(mask, width, position, outside, waiting);
  };
  for (let x = 0; x < width; x++) {
    enter(x);
    enter((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    enter(y * width);
    enter((y + 1) * width - 1);
  }
  for (let i = 0; i < mask.length; i++) mask[i] = 1 - outside[i]!;
}

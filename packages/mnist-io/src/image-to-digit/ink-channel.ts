/**
 * Which channel of a picture shows ink best. Brightness does for nearly all ink; yellow ink on white
 * paper differs from it by 26 of 255 in brightness, and by 227 in blue.
 *
 * Channels are compared by how far the brightest and the darkest of their blocks are apart, blocks of
 * pixels so that noise counts little.
 */
import type { SourceImage } from './source-image.ts';

/** A channel must spread so many times wider than brightness does to be taken instead. */
const ADVANTAGE = 2;

/** Longer side of the picture in blocks. */
const BLOCKS = 150;

/** Pixels of a block that are looked at, along each side, and up to twice as many. */
const SAMPLES = 3;

/** The part of all blocks that are brighter, and darker, than what is compared: glare and dirt. */
const EXTREMES = 0.002;

/** Weights of red, green and blue, of 1000. */
export type ChannelWeights = readonly [red: number, green: number, blue: number];

/** Brightness as luma (ITU-R BT.601). */
export const LUMA: ChannelWeights = [299, 587, 114];

const candidates: readonly ChannelWeights[] = [LUMA, [1000, 0, 0], [0, 1000, 0], [0, 0, 1000]];

/** The weights of luma, or of the one channel in which ink stands out far more. */
export function inkChannel({ width, height, channels, data }: SourceImage): ChannelWeights {
  if (channels === 1) return LUMA;
  const size = Math.ceil(Math.max(width, height) / BLOCKS);
  const columns = Math.ceil(width / size);
  const rows = Math.ceil(height / size);
  // Sums of red, green and blue of each block, and how many pixels it has.
  const sums = new Float64Array(columns * rows * 4);
  const step = Math.max(1, Math.floor(size / SAMPLES));
  for (let y = 0; y < height; y += step) {
    const line = Math.floor(y / size) * columns;
    for (let x = 0; x < width; x += step) {
      const source = (y * width + x) * channels;
      const alpha = channels === 4 ? data[source + 3]! / 255 : 1;
      const block = (line + Math.floor(x / size)) * 4;
      for (let channel = 0; channel < 3; channel++) {
        sums[block + channel]! += 255 + (data[source + channel]! - 255) * alpha;
      }
      sums[block + 3]! += 1;
    }
  }
  const spreads = candidates.map((weights) => spreadOf(sums, weights));
  const [ofLuma] = spreads;
  const widest = spreads.indexOf(Math.max(...spreads));
  return spreads[widest]! > ADVANTAGE * ofLuma! ? candidates[widest]! : LUMA;
}

function spreadOf(sums: Float64Array, [red, green, blue]: ChannelWeights): number {
  const blocks = new Float64Array(sums.length / 4);
  for (let block = 0; block < blocks.length; block++) {
    const at = block * 4;
    blocks[block] =
      (red * sums[at]! + green * sums[at + 1]! + blue * sums[at + 2]!) / (1000 * sums[at + 3]!);
  }
  blocks.sort();
  const at = (share: number): number => blocks[Math.round(share * (blocks.length - 1))]!;
  return at(1 - EXTREMES) - at(EXTREMES);
}

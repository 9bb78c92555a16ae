/**
 * From pixels to one number each: how bright the pixel is, or how opaque.
 *
 * Brightness is luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), of the picture laid on a white
 * page. A drawing of one colour on a transparent page says nothing by its colour, and white ink
 * would vanish on white: there the alpha channel is the ink. Where one colour shows the ink far better
 * than luma does, it stands in for it (`ink-channel.ts`).
 */
import { inkChannel, LUMA, type ChannelWeights } from './ink-channel.ts';
import type { SourceImage } from './source-image.ts';

/** Colours that differ by less count as one; undoing the premultiplication rounds by a few. */
const SAME_COLOUR = 12;

/** Alpha from which a pixel's colour can be trusted. */
const SOLID_ALPHA = 128;

/** One number for each pixel. */
export interface Luminance {
  /** Bytes `[height, width]`: brightness from black to white, or alpha. */
  readonly values: Uint8Array;
  /** The brightness of the only colour, if the values are alpha. */
  readonly alphaColour: number | undefined;
}

const weighted = ([r, g, b]: ChannelWeights, red: number, green: number, blue: number): number =>
  (r * red + g * green + b * blue) / 1000;

/** Brightness of each pixel, or its alpha where alpha alone tells the ink. */
export function luminanceOf(image: SourceImage): Luminance {
  const { width, height, channels, data } = image;
  const alphaColour = channels === 4 ? colourUnderAlpha(data) : undefined;
  if (channels === 1) {
    return { values: new Uint8Array(data.buffer, data.byteOffset, data.length), alphaColour };
  }
  const values = new Uint8Array(width * height);
  if (alphaColour !== undefined) {
    for (let pixel = 0; pixel < values.length; pixel++) values[pixel] = data[pixel * 4 + 3]!;
    return { values, alphaColour };
  }
  const weights = inkChannel(image);
  for (let pixel = 0, source = 0; pixel < values.length; pixel++, source += channels) {
    let value = weighted(weights, data[source]!, data[source + 1]!, data[source + 2]!);
    const alpha = channels === 4 ? data[source + 3]! : 255;
    if (alpha < 255) value = 255 + ((value - 255) * alpha) / 255;
    values[pixel] = value + 0.5;
  }
  return { values, alphaColour };
}

/** The luma of the only colour of an image whose alpha varies, `undefined` for all others. */
function colourUnderAlpha(data: SourceImage['data']): number | undefined {
  const low = [255, 255, 255];
  const high = [0, 0, 0];
  let isTransparent = false;
  for (let source = 0; source < data.length; source += 4) {
    const alpha = data[source + 3]!;
    if (alpha < SOLID_ALPHA) {
      isTransparent = true;
      continue;
    }
    for (let channel = 0; channel < 3; channel++) {
      const value = data[source + channel]!;
      if (value < low[channel]!) low[channel] = value;
      if (value > high[channel]!) high[channel] = value;
      if (high[channel]! - low[channel]! > SAME_COLOUR) return undefined;
    }
  }
  const isSolidSomewhere = high.every((value, channel) => value >= low[channel]!);
  if (!isTransparent || !isSolidSomewhere) return undefined;
  return weighted(LUMA, high[0]!, high[1]!, high[2]!);
}

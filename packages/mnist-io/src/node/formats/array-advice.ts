/** Which arrays are images, and how to make some of those that are not. */
import type { IdxArray } from '../../idx/idx-types.ts';
import type { ImageShape } from './labelled-images.ts';

const MOST_CHANNELS = 4;

/** The shape of images `[N, H, W]`, `[N, H, W, C]` or `[N, side²]`; `undefined` for other shapes. */
export function imageShapeOf(shape: readonly number[]): ImageShape | undefined {
  const [, height = 0, width = 0, channels = 1] = shape;
  const side = Math.sqrt(height);
  if (shape.length === 2) {
    return side > 0 && Number.isInteger(side)
      ? { height: side, width: side, channels: 1 }
      : undefined;
  }
  const hasChannels = channels >= 1 && channels <= MOST_CHANNELS;
  const isImages = (shape.length === 3 || shape.length === 4) && hasChannels;
  return isImages && height * width > 0 ? { height, width, channels } : undefined;
}

/** What to do with an array, called `x`, so that it becomes images in bytes. */
export function adviceFor({ shape, data }: IdxArray): string {
  if (data.length === 0) return 'It has no pixels.';
  const steps = [shapeAdvice(shape), valueAdvice(data)].filter(Boolean);
  return steps.length === 0
    ? 'Check the array.'
    : `In NumPy: ${steps.map((step) => `x = ${step}`).join('; ')}.`;
}

function shapeAdvice(shape: readonly number[]): string {
  if (imageShapeOf(shape)) return '';
  const isChannelsFirst = shape.length === 4 && shape[1]! >= 1 && shape[1]! <= MOST_CHANNELS;
  return isChannelsFirst
    ? 'x.transpose(0, 2, 3, 1)'
    : 'x.reshape(-1, height, width), of the images’ height and width';
}

function valueAdvice(data: IdxArray['data']): string {
  if (data instanceof Uint8Array) return '';
  let [least, most, isWhole] = [Infinity, -Infinity, true];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    isWhole &&= Number.isInteger(value);
  }
  if (!Number.isFinite(least + most))
    return 'numpy.nan_to_num(x), and look why some are not finite';
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  if (least >= 0 && most <= 1 && isFloat) return '(x * 255).round().astype(numpy.uint8)';
  if (least >= 0 && most <= 255) {
    return isWhole ? 'x.astype(numpy.uint8)' : 'x.round().astype(numpy.uint8)';
  }
  return '((x - x.min()) / (x.max() - x.min()) * 255).round().astype(numpy.uint8)';
}

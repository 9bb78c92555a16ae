/** Which arrays are grey images, and how to make some of those that are not. */
import type { IdxArray } from '../../idx/idx-types.ts';
import type { ImageSize } from './labelled-images.ts';

/** Channels of a picture in colour, with or without transparency. */
const COLOURS = [3, 4];

/** The size of images `[N, H, W]`, `[N, H, W, 1]` or `[N, side²]`; `undefined` for other shapes. */
export function imageSizeOf(shape: readonly number[]): ImageSize | undefined {
  const [, height = 0, width = 0, channels = 1] = shape;
  const side = Math.sqrt(height);
  if (shape.length === 2) {
    return side > 0 && Number.isInteger(side) ? { height: side, width: side } : undefined;
  }
  const isImages = (shape.length === 3 || shape.length === 4) && channels === 1;
  return isImages && height * width > 0 ? { height, width } : undefined;
}

/** What to do with an array, called `x`, so that it becomes grey images in bytes. */
export function adviceFor({ shape, data }: IdxArray): string {
  if (data.length === 0) return 'It has no pixels.';
  const steps = [shapeAdvice(shape), valueAdvice(data, isColour(shape))].filter(Boolean);
  return steps.length === 0
    ? 'Check the array.'
    : `In NumPy: ${steps.map((step) => `x = ${step}`).join('; ')}.`;
}

const isColour = (shape: readonly number[]): boolean =>
  shape.length === 4 && (COLOURS.includes(shape[3]!) || COLOURS.includes(shape[1]!));

function shapeAdvice(shape: readonly number[]): string {
  if (imageSizeOf(shape)) return '';
  if (shape.length === 4 && shape[3] === 3) return 'x.mean(axis=-1)';
  if (shape.length === 4 && shape[3] === 4) return 'x[..., :3].mean(axis=-1)';
  if (shape.length === 4 && shape[1] === 3) return 'x.mean(axis=1)';
  if (shape.length === 4 && shape[1] === 4) return 'x[:, :3].mean(axis=1)';
  if (shape.length === 4 && shape[1] === 1) return 'x[:, 0]';
  return 'x.reshape(-1, height, width), of the images’ height and width';
}

/** @param isMean - whether bytes were averaged before, which makes them floats. */
function valueAdvice(data: IdxArray['data'], isMean: boolean): string {
  if (data instanceof Uint8Array) return isMean ? 'x.round().astype(numpy.uint8)' : '';
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
    return isWhole && !isMean ? 'x.astype(numpy.uint8)' : 'x.round().astype(numpy.uint8)';
  }
  return '((x - x.min()) / (x.max() - x.min()) * 255).round().astype(numpy.uint8)';
}

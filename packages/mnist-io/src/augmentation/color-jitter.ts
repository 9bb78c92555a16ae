/**
 * Other light: v → f · v for brightness; v → m + f (v − m) for contrast, about the image's mean brightness m;
 * v → g + f (v − g) for saturation, about the pixel's own brightness g; in this order, f uniform in
 * 1 − x … 1 + x for each of the three, and each result kept within 0 … 255. Brightness is
 * 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Opacity stays.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { Canvas, PixelTransform } from './transform.ts';

/** Options of {@link colorJitter}; each 0 … 1, default 0.2. */
export interface ColorJitterOptions {
  readonly brightness?: number;
  readonly contrast?: number;
  /** Of images of three or four channels; others have no colour. */
  readonly saturation?: number;
}

const WEIGHTS = [0.299, 0.587, 0.114] as const;

/**
 * Changes brightness, contrast and saturation.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [flip(), colorJitter({ brightness: 0.3 })], { seed: 1 });
 * ```
 */
export function colorJitter(options: ColorJitterOptions = {}): PixelTransform {
  checkOptions(options, 'brightness contrast saturation', 'colorJitter');
  const { brightness = 0.2, contrast = 0.2, saturation = 0.2 } = options;
  const most = { brightness, contrast, saturation };
  for (const [name, value] of Object.entries(most)) {
    numberOption(value, { least: 0, most: 1 }, `colorJitter ${name}`);
  }
  return {
    kind: 'pixels',
    prepare: (canvas) => (random) => {
      const factor = (x: number): number => 1 + random.uniform(-x, x);
      const [light, spread, colours] = [factor(brightness), factor(contrast), factor(saturation)];
      blend(canvas, light, () => 0);
      const mean = meanBrightness(canvas);
      blend(canvas, spread, () => mean);
      if (canvas.channels >= 3) blend(canvas, colours, (at) => brightnessAt(canvas, at));
    },
  };
}

/** How many channels of a pixel are colours: the others are its opacity. */
const coloursOf = ({ channels }: Canvas): number => (channels >= 3 ? 3 : 1);

function brightnessAt(canvas: Canvas, at: number): number {
  const { pixels } = canvas;
  if (coloursOf(canvas) === 1) return pixels[at]!;
  const [red, green, blue] = WEIGHTS;
  return red * pixels[at]! + green * pixels[at + 1]! + blue * pixels[at + 2]!;
}

function meanBrightness(canvas: Canvas): number {
  const { height, width, channels, pixels } = canvas;
  let sum = 0;
  for (let at = 0; at < pixels.length; at += channels) sum += brightnessAt(canvas, at);
  return sum / (height * width);
}

/** v → from + f (v − from), where `from` is asked for at the first channel of each pixel. */
function blend(canvas: Canvas, factor: number, from: (at: number) => number): void {
  const { channels, pixels } = canvas;
  const colours = coloursOf(canvas);
  for (let at = 0; at < pixels.length; at += channels) {
    const start = from(at);
    for (let i = at; i < at + colours; i++) {
      const value = start + factor * (pixels[i]! - start);
      pixels[i] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
    }
  }
}

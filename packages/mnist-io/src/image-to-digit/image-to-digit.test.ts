import { RandomStreams } from '@convnet/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageError } from '../errors.ts';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import { imageToDigit, imageToDigits } from './image-to-digit.ts';
import { MAX_IMAGE_PIXELS, type SourceImage } from './source-image.ts';

const digits = generateDigits({ count: 100, seed: 3, split: 'test' });
const digit = (index: number): Uint8Array =>
  digits.images.pixels.slice(index * 784, (index + 1) * 784);

/**
 * The mean difference of two images at the shift, of at most a pixel, where it is least: where a
 * digit's centre of mass is halfway between pixels, next to nothing decides to which it goes.
 */
function meanDifference(a: Uint8Array, b: Uint8Array): number {
  const shifts = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => row * 28 + column));
  const differences = shifts.map(
    (shift) => a.reduce((sum, value, i) => sum + Math.abs(value - (b[i + shift] ?? 0)), 0) / 784,
  );
  return Math.min(...differences);
}

function centreOfMass(pixels: Uint8Array): [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  for (const [position, value] of pixels.entries()) {
    mass += value;
    x += value * (position % 28);
    y += value * Math.floor(position / 28);
  }
  return [x / mass, y / mass];
}

/** A digit drawn `scale` times larger on a page, by a function from ink to a pixel's bytes. */
function draw(
  ink: Uint8Array,
  scale: number,
  channels: 1 | 3 | 4,
  colour: (ink: number) => number[],
): SourceImage {
  const [width, height, left, top] = [28 * scale + 37, 28 * scale + 12, 31, 2];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x - left) / scale);
      const row = Math.floor((y - top) / scale);
      const inside = column >= 0 && column < 28 && row >= 0 && row < 28;
      data.set(colour(inside ? ink[row * 28 + column]! : 0), (y * width + x) * channels);
    }
  }
  return { width, height, channels, data };
}

/** The same in black on white. */
const plain = (index: number, scale: number) =>
  imageToDigit(draw(digit(index), scale, 1, (ink) => [255 - ink]));

/** A square picture of `size` pixels from a function of the place. */
function picture(size: number, brightness: (x: number, y: number) => number): SourceImage {
  const data = new Uint8ClampedArray(size * size);
  for (let i = 0; i < data.length; i++) data[i] = brightness(i % size, Math.floor(i / size));
  return { width: size, height: size, channels: 1, data };
}

/** A picture whose brightness at each place is changed. */
function changed(
  page: SourceImage,
  change: (brightness: number, x: number, y: number) => number,
): SourceImage {
  const data = Uint8ClampedArray.from(page.data, (value, i) =>
    change(value, i % page.width, Math.floor(i / page.width)),
  );
  return { ...page, data };
}

describe('imageToDigit', () => {
  test('gives back what is framed already, byte for byte, and so changes nothing a second time', () => {
    for (let index = 0; index < 20; index++) {
      const { pixels } = imageToDigit(draw(digit(index), 7, 1, (ink) => [230 - ink * 0.8]));
      for (const data of [pixels, pixels.map((value) => 255 - value)]) {
        const again = imageToDigit({ width: 28, height: 28, channels: 1, data });
        expect(again.wasFramed).toBe(true);
        expect(again.darkInk).toBe(data !== pixels);
        expect(again.pixels).toEqual(pixels);
      }
    }
  });

  test.each<[string, 1 | 3 | 4, (ink: number) => number[], boolean]>([
    ['grey on black', 1, (ink) => [20 + ink * 0.7], false],
    ['black on white', 1, (ink) => [255 - ink], true],
    ['blue on yellow', 3, (ink) => [240 - ink * 0.9, 230 - ink * 0.8, 90 + ink * 0.2], true],
    ['black on a transparent canvas', 4, (ink) => [0, 0, 0, ink], true],
    ['white on a transparent canvas', 4, (ink) => [255, 255, 255, ink], false],
    ['black and red on a transparent canvas', 4, (ink) => [ink > 250 ? 30 : 0, 0, 0, ink], true],
    ['white on green, opaque', 4, (ink) => [ink, 100 + ink * 0.6, ink, 255], false],
  ])('finds a large digit, off centre, %s', (_, channels, colour, darkInk) => {
    for (const index of [0, 1, 2, 3, 4]) {
      const result = imageToDigit(draw(digit(index), 8, channels, colour));
      expect(result.darkInk).toBe(darkInk);
      // Its box ends where the ink is nearly half, a little inside of the faintest pixels.
      expect(meanDifference(result.pixels, digit(index))).toBeLessThan(9);
      expect(meanDifference(result.pixels, plain(index, 8).pixels)).toBeLessThan(1.5);
    }
  });

  test('says where the ink was', () => {
    const data = new Uint8Array(40 * 30);
    for (let y = 5; y < 25; y++) data.fill(255, y * 40 + 10, y * 40 + 14);
    const { inkBox, pixels } = imageToDigit({ width: 40, height: 30, channels: 1, data });
    expect(inkBox).toEqual({ left: 10, top: 5, width: 4, height: 20 });
    expect(centreOfMass(pixels)).toEqual([14.5, 14.5]);
    expect(pixels.filter((value) => value === 255)).toHaveLength(80);
  });

  const paper = (index: number) => draw(digit(index), 9, 1, (ink) => [220 - ink * 0.7]);
  const noise = new RandomStreams(1).stream('noise');

  test.each<[string, (brightness: number, x: number, y: number) => number, number]>([
    ['light from one side', (value, x) => value * (1 - 0.0014 * x), 3],
    ['light from above, on both sides of the middle', (v, x, y) => v - (x - 140) ** 2 / 400 - y / 9, 1], // prettier-ignore
    ['the soft shadow of a hand', (value, x, y) => value * (1 - 0.4 / (1 + ((x + y - 150) / 60) ** 4)), 9], // prettier-ignore
    ['noise', (value) => value + noise.normal(0, 10), 8],
    ['noise and light from one side', (value, x) => value * (1 - 0.0014 * x) + noise.normal(0, 10), 8], // prettier-ignore
    ['a tinge of the paper', (value) => 40 + value * 0.8, 1],
  ])('ignores %s', (_, change, tolerance) => {
    for (const index of [7, 8, 9]) {
      const result = imageToDigit(changed(paper(index), change));
      expect(result.darkInk).toBe(true);
      expect(meanDifference(result.pixels, imageToDigit(paper(index)).pixels)).toBeLessThan(tolerance); // prettier-ignore
    }
  });

  test('leaves specks of dust out of the box and out of the digit', () => {
    const clean = imageToDigit(paper(3));
    const isSpeck = (x: number, y: number): boolean =>
      [[4, 250], [280, 8], [6, 6]].some(([a, b]) => Math.hypot(x - a!, y - b!) < 4); // prettier-ignore
    const dusty = imageToDigit(changed(paper(3), (value, x, y) => (isSpeck(x, y) ? 20 : value)));
    expect(dusty.specks).toBe(3);
    expect(dusty.inkBox).toEqual(clean.inkBox);
    expect(meanDifference(dusty.pixels, clean.pixels)).toBeLessThan(0.5);
  });

  test('keeps the separate bar of a 5', () => {
    const five = picture(280, (x, y) => {
      const isBar = x >= 120 && x < 190 && y >= 50 && y < 66;
      const isBody = Math.abs(Math.hypot(x - 130, y - 160) - 55) < 8 && (x > 110 || y > 190);
      return isBar || isBody ? 255 : 0;
    });
    const { inkBox, specks } = imageToDigit(five);
    expect([inkBox.top, inkBox.left + inkBox.width, specks]).toEqual([50, 193, 0]);
  });

  test('finds a small digit on a large page as it finds a large one', () => {
    const small = plain(2, 2);
    const page = picture(2000, (x, y) => {
      const [column, row] = [Math.floor((x - 1500) / 2), Math.floor((y - 301) / 2)];
      const isInside = column >= 0 && column < 28 && row >= 0 && row < 28;
      return 255 - (isInside ? digit(2)[row * 28 + column]! : 0);
    });
    const { pixels, inkBox } = imageToDigit(page);
    expect(meanDifference(pixels, small.pixels)).toBeLessThan(1.5);
    expect(inkBox).toEqual({
      ...small.inkBox,
      left: small.inkBox.left + 1500 - 31,
      top: small.inkBox.top + 301 - 2,
    });
  });

  test('reads ink that touches the border, and images of a few pixels', () => {
    const seven = picture(200, (x, y) => (y < 20 || Math.abs(150 - y * 0.6 - x) < 12 ? 30 : 220));
    const touching = imageToDigit(seven);
    expect(touching.darkInk).toBe(true);
    expect(touching.inkBox).toEqual({ left: 0, top: 0, width: 200, height: 200 });
    const tiny = '..##.... .#..#... ....#... ...#.... ..#..... .#...... .####... ........';
    const ink = Array.from(tiny.replaceAll(' ', ''), (sign) => (sign === '#' ? 16 : 0) * 15);
    const two = imageToDigit({ width: 8, height: 8, channels: 1, data: Uint8Array.from(ink) });
    expect(two.inkBox).toEqual({ left: 1, top: 0, width: 4, height: 7 });
  });

  test('keeps thin lines visible and enlarges small drawings', () => {
    const thin = new Uint8Array(600 * 600);
    for (let y = 100; y < 500; y++) thin[y * 600 + 300] = 255;
    const line = imageToDigit({ width: 600, height: 600, channels: 1, data: thin }).pixels;
    expect(Math.max(...line)).toBe(255);
    expect(line.filter((value) => value > 0)).toHaveLength(20);
    const small = new Uint8Array(81);
    small[40] = 255;
    const dot = imageToDigit({ width: 9, height: 9, channels: 1, data: small }).pixels;
    expect(dot.filter((value) => value === 255)).toHaveLength(400);
  });

  test.each<[string, SourceImage, RegExp]>([
    ['no width', { width: 0, height: 5, channels: 1, data: new Uint8Array(0) }, /0 × 5/],
    [
      'part of a pixel',
      { width: 1.5, height: 2, channels: 1, data: new Uint8Array(3) },
      /1\.5 × 2/,
    ],
    ['too many pixels', { width: MAX_IMAGE_PIXELS, height: 2, channels: 1, data: new Uint8Array(0) }, /smaller image/], // prettier-ignore
    [
      'two channels',
      { width: 1, height: 1, channels: 2 as 1, data: new Uint8Array(2) },
      /received 2/,
    ],
    ['too little data', { width: 2, height: 2, channels: 3, data: new Uint8Array(11) }, /expected 12 bytes.*received 11/], // prettier-ignore
    ['a black image', { width: 9, height: 9, channels: 1, data: new Uint8Array(81) }, /blank/],
    ['one pixel', { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }, /blank/],
    ['an empty canvas', { width: 9, height: 9, channels: 4, data: new Uint8ClampedArray(324) }, /blank/], // prettier-ignore
    ['stripes up to the border', { width: 9, height: 9, channels: 1, data: Uint8Array.from({ length: 81 }, (_, i) => 255 * (i % 2)) }, /border alone varies by 255/], // prettier-ignore
    ['faint noise', { width: 9, height: 9, channels: 1, data: Uint8Array.from({ length: 81 }, (_, i) => 100 + (i % 7)) }, /blank/], // prettier-ignore
  ])('refuses %s', (_, image, message) => {
    expect(() => imageToDigit(image)).toThrow(ImageError);
    expect(() => imageToDigit(image)).toThrow(message);
  });

  test('finds the box and the polarity of any bar on any page', () => {
    const size = fc.integer({ min: 20, max: 400 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ width: size, height: size, x: share, y: share, w: share, h: share }),
        fc.tuple(
          fc.integer({ min: 0, max: 100 }),
          fc.integer({ min: 150, max: 255 }),
          fc.boolean(),
        ),
        ({ width, height, x, y, w, h }, [dark, light, darkInk]) => {
          const bar = {
            width: Math.round(2 + w * (width / 2 - 4)),
            height: Math.round(2 + h * (height / 2 - 4)),
          };
          const left = Math.round(1 + x * (width - bar.width - 2));
          const top = Math.round(1 + y * (height - bar.height - 2));
          const data = new Uint8Array(width * height).fill(darkInk ? light : dark);
          for (let row = top; row < top + bar.height; row++) {
            data.fill(darkInk ? dark : light, row * width + left, row * width + left + bar.width);
          }
          const found = imageToDigit({ width, height, channels: 1, data });
          expect(found.darkInk).toBe(darkInk);
          // A picture above 320 pixels is looked at in blocks of two.
          const tolerance = Math.max(width, height) > 320 ? 1 : 0;
          const far = (a: number, b: number): number => Math.max(0, Math.abs(a - b) - tolerance);
          expect(far(found.inkBox.left, left) + far(found.inkBox.top, top)).toBe(0);
          expect(far(found.inkBox.left + found.inkBox.width, left + bar.width)).toBe(0);
          expect(far(found.inkBox.top + found.inkBox.height, top + bar.height)).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('gives a digit or an ImageError for any bytes, and leaves them alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom<1 | 3 | 4>(1, 3, 4),
        fc.infiniteStream(fc.oneof(fc.constant(0), fc.constant(255), fc.nat(255))),
        (width, height, channels, bytes) => {
          const data = Uint8Array.from(bytes.take(width * height * channels));
          const before = data.slice();
          try {
            const { pixels } = imageToDigit({ width, height, channels, data });
            expect(pixels).toHaveLength(784);
            expect(Math.max(...pixels)).toBeGreaterThanOrEqual(128);
          } catch (error) {
            expect(error).toBeInstanceOf(ImageError);
          }
          expect(data).toEqual(before);
        },
      ),
    );
  });
});

/** A page `[300, 400]` of paper 225 and ink 30, three digits on it: two in a line, one below. */
const three = (): SourceImage => {
  const data = new Uint8ClampedArray(400 * 300);
  const places = [[30, 20], [200, 35], [120, 170]] as const; // prettier-ignore
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % 400, Math.floor(i / 400)];
    const at = places.findIndex(([left, top]) => {
      return x >= left && x < left + 112 && y >= top && y < top + 112;
    });
    const [left, top] = places[at] ?? [0, 0];
    const ink = digit(at + 20)[Math.floor((y - top) / 4) * 28 + Math.floor((x - left) / 4)]!;
    data[i] = at < 0 ? 225 : 225 - (195 * ink) / 255;
  }
  return { width: 400, height: 300, channels: 1, data };
};

describe('imageToDigits', () => {
  test('finds every digit, line by line, each as if it were alone', () => {
    const found = imageToDigits(three());
    expect(found).toHaveLength(3);
    for (const [i, { pixels, inkBox, darkInk }] of found.entries()) {
      expect(darkInk).toBe(true);
      expect(meanDifference(pixels, plain(20 + i, 4).pixels)).toBeLessThan(3);
      const left = [30, 200, 120][i]!;
      expect(inkBox.left).toBeGreaterThan(left);
      expect(inkBox.left + inkBox.width).toBeLessThan(left + 112);
    }
  });

  test('imageToDigit refuses several, unless they are said to be one', () => {
    expect(() => imageToDigit(three())).toThrow(ImageError);
    expect(() => imageToDigit(three())).toThrow(/expected one digit; received 3/);
    const { inkBox } = imageToDigit(three(), { joinPieces: true });
    const boxes = imageToDigits(three()).map((each) => each.inkBox);
    const tops = boxes.map(({ top }) => top);
    const bottoms = boxes.map(({ top, height }) => top + height);
    expect(inkBox.top).toBeCloseTo(Math.min(...tops), -1);
    expect(inkBox.top + inkBox.height).toBeCloseTo(Math.max(...bottoms), -1);
  });

  test('finds them on a ruled sheet that lies on a dark table, half in shadow', () => {
    const page = three();
    const whole = picture(640, (x, y) => {
      // The sheet turned by about six degrees.
      const [u, v] = [x - 120 - (y - 180) / 10, y - 180 + (x - 120) / 10].map(Math.round);
      if (u! < 0 || u! >= 400 || v! < 0 || v! >= 300) return 35;
      const isLine = v! % 30 === 0;
      const paper = page.data[v! * 400 + u!]!;
      return (isLine && paper > 120 ? 150 : paper) * (u! + v! / 4 > 250 ? 0.6 : 1);
    });
    const found = imageToDigits(whole);
    expect(found).toHaveLength(3);
    for (const [i, { pixels }] of found.entries()) {
      expect(meanDifference(pixels, plain(20 + i, 4).pixels)).toBeLessThan(14);
    }
  });

  test('finds ink of a colour as bright as its paper', () => {
    const yellow = draw(digit(4), 6, 3, (ink) => [255 - ink * 0.03, 255 - ink * 0.09, 255 - ink * 0.9]); // prettier-ignore
    expect(meanDifference(imageToDigit(yellow).pixels, plain(4, 6).pixels)).toBeLessThan(2);
  });

  test.each([3, 6, 11, 20])('refuses a blank page with noise of %d of 255', (deviation) => {
    const grain = new RandomStreams(deviation).stream('grain');
    const page = picture(700, () => 200 + grain.normal(0, deviation));
    expect(() => imageToDigits(page)).toThrow(ImageError);
    expect(() => imageToDigits(page)).toThrow(/blank|uneven|even background/);
  });
});

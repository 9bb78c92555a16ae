/** Pictures of circles, crosses and squares as people have them: of all sizes, colours and formats. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RandomStreams } from '@convnet/convnet';
import sharp, { type Sharp } from 'sharp';

/** Names of the classes, in the order of their labels. */
export const SHAPES = ['circle', 'cross', 'square'] as const;

const drawings: Readonly<Record<(typeof SHAPES)[number], string>> = {
  circle: '<circle r="10"/>',
  cross: '<path d="M-10 -10L10 10M10 -10L-10 10"/>',
  square: '<rect x="-9" y="-9" width="18" height="18"/>',
};

/** A shape in some colour, somewhere on a page of some size. */
function picture(shape: (typeof SHAPES)[number], seed: number): Sharp {
  const random = new RandomStreams(seed).stream('picture');
  const [width, height] = [60 + random.integer(80), 60 + random.integer(80)];
  const part = (): number => random.integer(120);
  const [x, y] = [width * random.uniform(0.4, 0.6), height * random.uniform(0.4, 0.6)];
  const scale = (Math.min(width, height) / 40) * random.uniform(0.8, 1.2);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="rgb(${255 - part() / 3},${255 - part() / 3},${255 - part() / 3})"/>
    <g transform="translate(${x} ${y}) scale(${scale}) rotate(${random.uniform(-10, 10)})" fill="none"
       stroke-width="4" stroke="rgb(${part()},${part()},${part()})">${drawings[shape]}</g></svg>`;
  return sharp(Buffer.from(svg));
}

/**
 * Writes `count` JPEGs of each class into `folder/<class>`: one of them in CMYK, one turned by EXIF, one that
 * is broken, one that is no picture; and a text beside the folders.
 */
export async function writeShapes(folder: string, count: number): Promise<void> {
  for (const [label, shape] of SHAPES.entries()) {
    await mkdir(path.join(folder, shape), { recursive: true });
    for (let index = 0; index < count; index++) {
      const file = path.join(folder, shape, `img_${index}.jpg`);
      let image = picture(shape, 1000 * label + index);
      if (shape === 'circle' && index === 0) image = image.toColourspace('cmyk');
      if (shape === 'cross' && index === 0) image = image.withMetadata({ orientation: 6 });
      const bytes = await image.jpeg().toBuffer();
      const isBroken = shape === 'square' && index === 0;
      await writeFile(file, isBroken ? bytes.subarray(0, bytes.length >> 1) : bytes);
    }
  }
  await writeFile(path.join(folder, 'square', 'notes.txt'), 'not a picture');
  await writeFile(path.join(folder, 'readme.txt'), 'photographed in May');
}

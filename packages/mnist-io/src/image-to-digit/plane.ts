/** A grey picture of real numbers, made from a part of an image by averaging blocks of pixels. */

/** Values `[height, width]`, row after row, from the top left. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A rectangle of pixels; `left` and `top` are the first column and row. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A part of an image, each `factor` × `factor` pixels averaged to one; blocks at the right and
 * lower edge may hold fewer. Averaging n pixels divides noise by √n.
 * @param pixels - bytes, row after row, `imageWidth` per row.
 */
export function averageBlocks(
  pixels: Uint8Array,
  imageWidth: number,
  part: PixelBox,
  factor: number,
): Plane {
  const width = Math.ceil(part.width / factor);
  const height = Math.ceil(part.height / factor);
  const values = new Float32Array(width * height);
  const sums = new Uint32Array(width);
  for (let row = 0; row < height; row++) {
    const firstLine = row * factor;
    const endLine = Math.min(firstLine + factor, part.height);
    sums.fill(0);
    for (let line = firstLine; line < endLine; line++) {
      let source = (part.top + line) * imageWidth + part.left;
      const end = source + part.width;
      for (let column = 0; column < width; column++) {
        const blockEnd = Math.min(source + factor, end);
        let sum = 0;
        for (; source < blockEnd; source++) sum += pixels[source]!;
        sums[column]! += sum;
      }
    }
    for (let column = 0; column < width; column++) {
      const blockWidth = Math.min(factor, part.width - column * factor);
      values[row * width + column] = sums[column]! / (blockWidth * (endLine - firstLine));
    }
  }
  return { width, height, values };
}

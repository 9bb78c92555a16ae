/**
 * Where the ink of an image moves to: an affine map about the image's centre c, and a displacement
 * d(p) of every pixel on top of it. The map is turned round, so that each pixel p of the result
 * looks up where its ink comes from:
 *
 *     source(p) = c + M⁻¹ (p − c − t) + d(p)
 *
 * read there by bilinear interpolation, with background (0) outside. Images are bytes
 * `[height, width, channels]`. Only + − × ÷ on float64 are used: every engine makes the same bits.
 */

/** See the top of this file. Made once for a size of images and used for one after the other. */
export class Warp {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Sideways part of d, in pixels, `[height, width]`; steps add to it. */
  readonly displacementX: Float64Array;
  /** Downward part of d. */
  readonly displacementY: Float64Array;
  /** The image with one pixel of background around it, so that reading needs no special cases. */
  readonly #framed: Uint8Array;
  #xx = 1;
  #xy = 0;
  #yx = 0;
  #yy = 1;
  #shiftX = 0;
  #shiftY = 0;

  constructor(height: number, width: number, channels = 1) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.displacementX = new Float64Array(height * width);
    this.displacementY = new Float64Array(height * width);
    this.#framed = new Uint8Array((height + 2) * (width + 2) * channels);
  }

  /** Back to moving nothing. */
  reset(): void {
    this.#xx = 1;
    this.#xy = 0;
    this.#yx = 0;
    this.#yy = 1;
    this.#shiftX = 0;
    this.#shiftY = 0;
    this.displacementX.fill(0);
    this.displacementY.fill(0);
  }

  /** Then moves (x, y), seen from the centre, to (xx x + xy y, yx x + yy y). */
  multiply(xx: number, xy: number, yx: number, yy: number): void {
    const [a, b, c, d, x, y] = [this.#xx, this.#xy, this.#yx, this.#yy, this.#shiftX, this.#shiftY];
    this.#xx = xx * a + xy * c;
    this.#xy = xx * b + xy * d;
    this.#yx = yx * a + yy * c;
    this.#yy = yx * b + yy * d;
    this.#shiftX = xx * x + xy * y;
    this.#shiftY = yx * x + yy * y;
  }

  /** Then moves everything by this many pixels to the right and down. */
  move(right: number, down: number): void {
    this.#shiftX += right;
    this.#shiftY += down;
  }

  /** Puts the moved image into `into`; it is read from `source`, beginning at `start`. */
  resample(source: Uint8Array, start: number, into: Uint8Array): void {
    const { height, width, channels, displacementX, displacementY } = this;
    const framed = this.#framed;
    const stride = (width + 2) * channels;
    const rowBytes = width * channels;
    for (let row = 0, from = start, to = stride + channels; row < height; row++, to += stride) {
      for (let i = 0; i < rowBytes; i++) framed[to + i] = source[from++]!;
    }
    const determinant = this.#xx * this.#yy - this.#xy * this.#yx;
    const xx = this.#yy / determinant;
    const xy = -this.#xy / determinant;
    const yx = -this.#yx / determinant;
    const yy = this.#xx / determinant;
    // The frame moves the image one pixel to the right and down.
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    const left = -centreX - this.#shiftX;
    let pixel = 0;
    for (let row = 0; row < height; row++) {
      const down = row - centreY - this.#shiftY;
      const startX = xx * left + xy * down + centreX + 1;
      const startY = yx * left + yy * down + centreY + 1;
      for (let column = 0; column < width; column++, pixel++) {
        const x = startX + xx * column + displacementX[pixel]!;
        const y = startY + yx * column + displacementY[pixel]!;
        if (!(x > 0 && x < width + 1 && y > 0 && y < height + 1)) {
          for (let c = 0; c < channels; c++) into[pixel * channels + c] = 0;
          continue;
        }
        const wholeX = x | 0;
        const wholeY = y | 0;
        const partX = x - wholeX;
        const partY = y - wholeY;
        const corner = wholeY * stride + wholeX * channels;
        for (let c = 0; c < channels; c++) {
          const left = corner + c;
          const right = left + channels;
          const upperLeft = framed[left]!;
          const lowerLeft = framed[left + stride]!;
          const upper = upperLeft + partX * (framed[right]! - upperLeft);
          const lower = lowerLeft + partX * (framed[right + stride]! - lowerLeft);
          into[pixel * channels + c] = upper + partY * (lower - upper) + 0.5;
        }
      }
    }
  }
}

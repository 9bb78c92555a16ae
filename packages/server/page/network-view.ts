/** The image as the network gets it, pixel by pixel. */
export class NetworkView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d')!;
    this.show(undefined);
  }

  /** Shows bytes `[28, 28]`, or nothing. */
  show(pixels: Uint8Array | undefined): void {
    const { width, height } = this.#canvas;
    this.#canvas.ariaLabel = pixels ? 'The drawing as 28 by 28 pixels' : 'No drawing yet';
    const image = this.#context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      image.data.fill(pixels?.[i] ?? 0, i * 4, i * 4 + 3);
      image.data[i * 4 + 3] = 255;
    }
    this.#context.putImageData(image, 0, 0);
  }
}

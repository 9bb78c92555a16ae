/**
 * Tells digits from other ink. A network that has learned ten digits alone names any ink with
 * certainty; how probable it is that the ink is a digit at all, another, small network tells, which
 * has learned that from digits and from what is none (models/train-digit-detector.ts,
 * docs/adr/0016-a-network-that-tells-digits-from-other-ink.md).
 */
import { fileURLToPath } from 'node:url';
import { loadModel } from '@convnet/convnet/node';
import { ImageSamples } from '@convnet/mnist-io';

// Both src and dist are one level below the package.
const FILE = fileURLToPath(new URL('../models/digit-detector.safetensors', import.meta.url));

/** How probable it is that an image, bytes `[28, 28]`, is a digit: from 0 to 1. */
export type DigitDetector = (pixels: Uint8Array) => number;

/** Loads the network that the package ships with. */
export async function loadDigitDetector(): Promise<DigitDetector> {
  const model = await loadModel(FILE);
  return (pixels) => {
    const samples = new ImageSamples({ pixels, height: 28, width: 28 });
    return model.predict(samples).data[1]!;
  };
}

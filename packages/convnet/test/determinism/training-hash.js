/**
 * Trains a small network of every kind of layer on numbers made from whole ones, and gives the
 * SHA-256 of its weights. It imports nothing, so that the very same steps run in Node, as ECMAScript
 * module or CommonJS, and in a browser.
 */
export async function trainingHash(convnet, { backend, threads }) {
  const { adam, conv2d, createKernels, dense, dropout, flatten, maxPooling2d, relu, softmax } =
    convnet;
  const count = 300;
  let state = 1;
  const pixels = new Uint8Array(count * 28 * 28);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = n % 10;
    for (let i = 0; i < 28 * 28; i++) {
      // Noise, and a bar whose place tells the class.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const isBar = Math.floor(i / 28 / 2) === n % 10;
      pixels[n * 28 * 28 + i] = (state >>> 25) + (isBar ? 100 : 0);
    }
  }
  const images = {
    sampleCount: count,
    sampleShape: [28, 28, 1],
    readSamples() {
      throw new Error('expected to be read as bytes');
    },
    bytes: {
      valueOfByte: Float64Array.from({ length: 256 }, (_, byte) => byte / 256 - 0.25),
      readBytes(indices, into) {
        indices.forEach((index, i) => {
          into.set(pixels.subarray(index * 28 * 28, (index + 1) * 28 * 28), i * 28 * 28);
        });
      },
    },
  };
  const kernels = createKernels(backend, { threads });
  const model = convnet.sequential({
    inputShape: [28, 28, 1],
    seed: 7,
    kernels,
    layers: [
      conv2d({ filters: 8, kernelSize: 5, padding: 'same' }),
      relu(),
      maxPooling2d(),
      // Both by tiles; gradients of the first are dense, those of the second behind pooling.
      conv2d({ filters: 9, kernelSize: 3, padding: 'same' }),
      relu(),
      conv2d({ filters: 10, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 17, kernelSize: 3, strides: 2 }),
      relu(),
      maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      flatten(),
      dropout({ rate: 0.25 }),
      dense({ units: 33 }),
      relu(),
      dense({ units: 10 }),
      softmax(),
    ],
  });
  model.compile({
    optimizer: adam({ learningRate: 0.003 }),
    loss: 'sparseCategoricalCrossentropy',
  });
  // Batches of 37 leave a last one of 4; enough epochs for helping threads to have joined.
  await model.fit(images, labels, { epochs: 12, batchSize: 37 });
  const weights = model.layers.flatMap((layer) => layer.parameters.map(({ value }) => value.data));
  const bytes = new Uint8Array(weights.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const { buffer, byteOffset, byteLength } of weights) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), end);
    end += byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { hash, threads: kernels.threads };
}

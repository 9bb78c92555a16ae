/** Two copies of the packages in one program, by `require` and by `import`: what one makes goes to the other. */
const required = require('@convnet/convnet');
const requiredNode = require('@convnet/convnet/node');
const requiredImages = require('@convnet/mnist-io');
const { Tensor } = require('@convnet/tensor');
const server = require('@convnet/server');

const failure = async (call) => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
};

async function main() {
  const imported = await import('@convnet/convnet');
  const importedNode = await import('@convnet/convnet/node');
  const importedImages = await import('@convnet/mnist-io/node');

  // Errors of the one are known to the other.
  const missing = await failure(() => importedNode.loadModel('/nonexistent/model'));
  const noImages = await failure(() => importedImages.loadMnist('/nonexistent'));
  const errors = {
    byInstance: missing instanceof required.ConvnetError,
    byName: required.isErrorNamed(missing, 'ModelFileError'),
    system: requiredNode.systemErrorCode(missing),
    data: requiredImages.isDataError(noImages),
  };

  // A layer of the one refuses what the other finds in a file.
  class Same extends required.Layer {
    static type = 'same';
    static fromConfig() {
      throw new required.OptionError('same: expected another configuration.');
    }
    type = 'same';
    namePrefix = 'same';
    connect([input]) {
      return input;
    }
    forward([input]) {
      return input;
    }
    backward(dOutput) {
      return [dOutput];
    }
    options() {
      return {};
    }
  }
  const own = required.sequential({ inputShape: [4], layers: [new Same()] });
  const bytes = required.encodeModel(own);
  const { name, message } = await failure(() => imported.decodeModel(bytes, { layers: [Same] }));

  // A server of the one serves a model of the other.
  const model = imported.sequential({
    inputShape: [4],
    layers: [imported.dense({ units: 3 }), imported.softmax()],
    seed: 1,
  });
  const running = await server.startServer({ models: [server.serveModel(model)], port: 0 });
  const infer = async (shape) => {
    const input = { name: 'image', shape, datatype: 'FP32', data: [1, 2, 3, 4] };
    const body = JSON.stringify({ inputs: [input] });
    const headers = { 'Content-Type': 'application/json' };
    const url = `${running.url}v2/models/mnist/infer`;
    const answer = await globalThis.fetch(url, { method: 'POST', headers, body });
    return { status: answer.status, ...(await answer.json()) };
  };
  const right = await infer([1, 4]);
  const wrong = await infer([2, 2]);
  await running.close();
  const expected = [...model.predict(Tensor.from([[1, 2, 3, 4]])).data];

  console.log(
    JSON.stringify({
      errors,
      layer: { name, message },
      served: [right.status, wrong.status],
      same: JSON.stringify(right.outputs?.[0]?.data) === JSON.stringify(expected),
    }),
  );
}
void main();

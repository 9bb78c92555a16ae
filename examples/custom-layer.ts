/** A layer of one's own: y = x · max(0, x), checked against finite differences, saved and loaded. */
import type { Tensor } from '@convnet/tensor';
import {
  decodeModel,
  dense,
  encodeModel,
  flatten,
  Layer,
  math,
  sequential,
  softmax,
} from '@convnet/convnet';
import type { LayerConfig, Signal } from '@convnet/convnet';
import { checkLayerGradients } from '@convnet/convnet/testing';

const { maximum, square } = math;

/** The square of what is above 0. Backward: dInput = 2 · max(0, x) · dOutput. */
class SquaredRelu extends Layer {
  static readonly type = 'squaredRelu';
  static fromConfig = ({ name }: LayerConfig): SquaredRelu => new SquaredRelu(name);
  override readonly type = SquaredRelu.type;
  override readonly namePrefix = 'squaredRelu';
  #input!: Tensor;

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const [N, ...sample] = input.shape;
    const output = this.workspace.tensor('output', N!, sample);
    this.#input = input;
    this.kernels.elementwise({ x: input }, ({ x }) => ({ output: square(maximum(x, 0)) }), {
      output,
    });
    return output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.kernels.elementwise(
      { x: this.#input, dOutput },
      ({ x, dOutput }) => ({ dInput: maximum(x, 0).times(2).times(dOutput) }),
      { dInput },
    );
    return [dInput];
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

const report = checkLayerGradients({ layer: new SquaredRelu(undefined), inputShape: [3, 3, 2] });
if (report.failures.length > 0) throw new Error(report.failures.join());
console.log('its gradients are right');

const layers = [new SquaredRelu(undefined), flatten(), dense({ units: 10 }), softmax()];
const model = sequential({ inputShape: [28, 28, 1], layers });
// A file never decides what code runs: layers of one's own are given when it is loaded.
const loaded = decodeModel(encodeModel(model), { layers: [SquaredRelu] });
console.log('loaded', loaded.layers.map(({ name }) => name).join(', '));

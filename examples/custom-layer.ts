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

/** The square of what is above 0. Backward: dX = 2 · max(0, x) · dY. */
class SquaredRelu extends Layer {
  static readonly type = 'squaredRelu';
  static fromConfig = ({ name }: LayerConfig): SquaredRelu => new SquaredRelu(name);
  override readonly type = SquaredRelu.type;
  override readonly namePrefix = 'squaredRelu';
  #x!: Tensor;

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  override forward([x]: readonly [Tensor]): Tensor {
    const [N, ...sample] = x.shape;
    const y = this.workspace.tensor('y', N!, sample);
    this.#x = x;
    this.kernels.elementwise({ x }, (of) => ({ y: square(maximum(of.x, 0)) }), { y });
    return y;
  }

  override backward(dY: Tensor): readonly [Tensor] {
    const [N, ...sample] = dY.shape;
    const [x, dX] = [this.#x, this.workspace.tensor('dX', N!, sample)];
    this.kernels.elementwise({ x, dY }, (of) => ({ dX: maximum(of.x, 0).times(2).times(of.dY) }), {
      dX,
    });
    return [dX];
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

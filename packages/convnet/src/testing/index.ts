/**
 * `@convnet/convnet/testing`: checks for networks and for layers of your own.
 *
 * @module @convnet/convnet/testing
 */
export {
  checkGradients,
  type DifferentiableFunction,
  type GradientCheckOptions,
  type GradientReport,
  type TensorReport,
} from './check-gradients.ts';
export {
  checkLayerGradients,
  type LayerCheckOptions,
  type MergeLayerCheckOptions,
} from './check-layer-gradients.ts';
export { checkModelGradients, type ModelCheckOptions } from './check-model-gradients.ts';

/** onnxruntime-node on its CPU provider, all optimizations on, threads as it chooses. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { callImages, IMAGE_SIZE } from '../workload.ts';
import { encodeNetwork } from './onnx-model.ts';
import { runProgram } from './program.ts';

await runProgram({
  predictor: async (workload) => {
    const session = await InferenceSession.create(encodeNetwork(), {
      graphOptimizationLevel: 'all',
    });
    const shape = [callImages[workload], 1, IMAGE_SIZE, IMAGE_SIZE];
    return async (images) => {
      const outputs = await session.run({ images: new Tensor('float32', images, shape) });
      return outputs['probabilities']!.data as Float32Array;
    };
  },
});

/** The kernels that networks of common layers need, and no others. */
import type { Operands, Outputs, Values } from '../expression-call.ts';
import { operand, type Expression } from '../expression.ts';
import type { InferenceKernels } from '../kernels.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { coreKernels } from '../wasm/core-kernels.ts';
import { isRelu, reluWork } from '../wasm/kernels/relu.ts';
import type { Engine } from '../wasm/run/engine.ts';
import { refuse, submit } from '../wasm/run/kernel.ts';

/** The input and the output of an elementwise call that is a ReLU. */
function reluIn<O extends Operands>(
  operands: O,
  compute: (values: Values<O>) => object,
  outputs: Outputs,
): readonly [Tensor, Tensor] | undefined {
  const [[name, x], ...others] = Object.entries(operands) as [[string, unknown], ...unknown[]];
  const [[result, y]] = Object.entries(outputs) as [[string, unknown]];
  if (others.length > 0 || !isTensor(x) || !isTensor(y) || x.size !== y.size) return undefined;
  const results = compute({ [name]: operand(0) } as Values<O>) as Record<string, Expression>;
  return isRelu(results[result]!) ? [x, y] : undefined;
}

/** Those of {@link coreKernels}, and of all that is computed element by element a ReLU. */
export function commonKernels(engine: Engine): InferenceKernels {
  const absent = (name: string) => () => refuse(name);
  return coreKernels(
    engine,
    {},
    {
      averagePool2d: absent('averagePool2d'),
      concatenate: absent('concatenate'),
      elementwise: (operands, compute, outputs) => {
        const tensors = reluIn(operands, compute, outputs) ?? refuse('elementwise');
        submit(engine, 'elementwise', tensors, () => reluWork(...tensors), absent('elementwise'));
      },
      pad2d: absent('pad2d'),
      rowSums: absent('rowSums'),
    },
  );
}

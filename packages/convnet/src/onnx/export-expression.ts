/** Activations without an operator of their own in ONNX: their expression, operation by operation. */
import { operand, type Expression } from '@convnet/tensor';
import type { OnnxGraph } from './onnx-graph.ts';

const OPERATORS = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  sqrt: 'Sqrt',
  abs: 'Abs',
  exp: 'Exp',
  log: 'Log',
  tanh: 'Tanh',
  erf: 'Erf',
} as const;

/**
 * Adds the nodes that compute `value` of the tensor `input`.
 * @param name - start of the nodes' names.
 * @returns the name of the result.
 */
export function exportExpression(
  graph: OnnxGraph,
  name: string,
  input: string,
  value: (x: Expression) => Expression,
): string {
  const known = new Map<Expression, string>();
  const node = (operator: string, ...inputs: string[]): string =>
    graph.node(operator, inputs, `${name}.${operator.toLowerCase()}`);
  const nameOf = (expression: Expression): string => {
    const found = known.get(expression) ?? made(expression);
    known.set(expression, found);
    return found;
  };
  const made = (expression: Expression): string => {
    const { kind } = expression;
    if (kind === 'operand') return input;
    if (kind === 'constant') {
      return graph.floats(`${name}.constant`, {
        data: Float64Array.of(expression.value),
        shape: [],
      });
    }
    if (kind === 'select') {
      const { a, b, then, otherwise } = expression;
      return node('Where', node('Greater', nameOf(a), nameOf(b)), nameOf(then), nameOf(otherwise));
    }
    if ('x' in expression) return node(OPERATORS[expression.kind], nameOf(expression.x));
    const { a, b } = expression;
    return node(OPERATORS[expression.kind], nameOf(a), nameOf(b));
  };
  return nameOf(value(operand(0)));
}

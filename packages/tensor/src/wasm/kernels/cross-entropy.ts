/**
 * Softmax and cross-entropy in one, row by row. The formulas are those of the reference;
 * exponential and logarithm are our own.
 */
import { isTensor, type Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import { emitSumOfLanes } from '../emit/dot-products.ts';
import { emitLog } from '../emit/logarithm.ts';
import { emitRow, emitScaleRow, forVectors } from './softmax.ts';
import { FLOAT, loadVector, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SampleWork } from '../run/work.ts';

interface CrossEntropy {
  readonly rows: number;
  readonly K: number;
  /** Targets are class numbers, or distributions. */
  readonly isSparse: boolean;
  /** Of the gradient; undefined if none is wanted. */
  readonly scale: number | undefined;
}

/** Emits the function `(logits, targets, losses, dLogits)`. */
function emitCrossEntropy(code: Code, spec: CrossEntropy): void {
  const { rows, K, isSparse, scale } = spec;
  const [row, target, loss, gradient] = code.parameters as [Local, Local, Local, Local];
  const at = code.local('i32');
  code.repeat(rows, () => {
    code.assign(at, gradient);
    const { max, sum } = emitRow(code, K, row, (exponential, width) => {
      if (scale === undefined) return;
      storeVector(code, at, 0, width, exponential);
      code.advance(at, width * FLOAT);
    });
    const logSum = emitLog(code, sum);
    (isSparse ? emitSparseRow : emitDistributionRow)(code, spec, {
      row,
      target,
      loss,
      gradient,
      max,
      sum,
      logSum,
    });
    code
      .advance(row, K * FLOAT)
      .advance(gradient, K * FLOAT)
      .advance(loss, FLOAT);
    code.advance(target, (isSparse ? 1 : K) * FLOAT);
  });
}

interface Row {
  readonly row: Local;
  readonly target: Local;
  readonly loss: Local;
  readonly gradient: Local;
  readonly max: Local;
  readonly sum: Local;
  readonly logSum: Local;
}

/** loss = ln Σ exp(z − m) − (z[label] − m); the gradient is softmax, less 1 at the label. */
function emitSparseRow(code: Code, { K, scale }: CrossEntropy, r: Row): void {
  const offset = code.local('i32');
  const at = code.local('i32');
  code.get(r.target).access('i32Load', 0).i32(2).op('i32Shl').set(offset);
  const value = code.keep(() => {
    code.get(r.logSum).get(r.row).get(offset).op('i32Add').access('v128Load32Splat', 0);
    code.get(r.max).op('f32x4Sub', 'f32x4Sub');
  });
  code.get(r.loss).get(value).access('v128Store32Lane', 0, 0);
  if (scale === undefined) return;
  const factor = code.keep(() => code.splat(scale).get(r.sum).op('f32x4Div'));
  emitScaleRow(code, K, r.gradient, factor);
  code.get(r.gradient).get(offset).op('i32Add').set(at);
  code.get(at).get(at).access('f32Load', 0).f32(scale).op('f32Sub').access('f32Store', 0);
}

/** loss = Σ t · ln Σ exp(z − m) − Σ t (z − m); the gradient is softmax times Σ t, less t. */
function emitDistributionRow(code: Code, { K, scale }: CrossEntropy, r: Row): void {
  const [z, t] = [code.local('i32'), code.local('i32')];
  const [mass, dot] = code.zeros(2) as [Local, Local];
  const share = code.local('v128');
  code.assign(z, r.row).assign(t, r.target);
  forVectors(
    code,
    K,
    [z, t],
    (width) => {
      loadVector(code, t, 0, width);
      code.set(share).get(mass).get(share).op('f32x4Add').set(mass);
      code.get(dot);
      loadVector(code, z, 0, width);
      code.get(r.max).op('f32x4Sub').get(share).op('f32x4Mul');
      // Where t is 0 the product is, too, though z may be −∞.
      code.get(share).splat(0).op('f32x4Ne', 'v128And', 'f32x4Add').set(dot);
    },
    [mass, dot],
  );
  emitSumOfLanes(code, mass);
  emitSumOfLanes(code, dot);
  const value = code.keep(() => {
    code.get(mass).get(r.logSum).op('f32x4Mul').get(dot).op('f32x4Sub');
  });
  code.get(r.loss).get(value).access('v128Store32Lane', 0, 0);
  if (scale === undefined) return;
  const factor = code.keep(() => code.get(mass).get(r.sum).op('f32x4Div'));
  code.assign(z, r.gradient).assign(t, r.target);
  forVectors(code, K, [z, t], (width) => {
    loadVector(code, z, 0, width);
    code.get(factor).op('f32x4Mul');
    loadVector(code, t, 0, width);
    const scaled = code.keep(() => code.op('f32x4Sub').splat(scale).op('f32x4Mul'));
    storeVector(code, z, 0, width, scaled);
  });
}

/** Cross-entropy as work; `targets` are class numbers, or distributions. */
export function crossEntropyWork(
  logits: Tensor,
  targets: Tensor | Int32Array,
  losses: Tensor,
  dLogits: Tensor | null,
  scale: number,
): SampleWork {
  const [N, K] = logits.shape as [number, number];
  const isSparse = !isTensor(targets);
  const [from, to] = [spanOf(logits.data), spanOf(losses.data)];
  const target = spanOf(isSparse ? targets : targets.data);
  const gradient = dLogits ? spanOf(dLogits.data) : undefined;
  return {
    kind: 'samples',
    name: 'softmaxCrossEntropy',
    samples: N,
    reads: [from, target],
    writes: [to, ...(gradient ? [gradient] : [])],
    calls: (first, rows) => {
      const spec = { rows, K, isSparse, scale: dLogits ? scale : undefined };
      const at = [from, target, to].map((span) => sampleAddress(span, N, first));
      return [
        {
          key: `crossEntropy ${JSON.stringify(spec)}`,
          emit: (code) => {
            emitCrossEntropy(code, spec);
          },
          values: [...at, gradient ? sampleAddress(gradient, N, first) : 0],
        },
      ];
    },
  };
}

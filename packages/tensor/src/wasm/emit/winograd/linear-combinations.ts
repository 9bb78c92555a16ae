/**
 * Products of a constant matrix and vectors, with as few operations as pairs of opposite points
 * allow: rows that differ in signs alone are the sum and the difference of two parts, and columns
 * that do are multiplied with the sum and the difference of their vectors.
 */
import type { Code, Local } from '../code.ts';
import type { MultiplyAdd } from '../contraction.ts';
import type { Matrix } from './interpolation.ts';

/** Constants in vectors, each in a local of its own. */
export type Constants = (value: number) => Local;

/** Emits the setting of all constants that products with `matrices` need, before any loop. */
export function emitConstants(code: Code, matrices: readonly Matrix[]): Constants {
  const locals = new Map<number, Local>();
  for (const value of new Set(matrices.flat(2))) {
    const local = code.local('v128');
    code.splat(value).set(local);
    locals.set(value, local);
  }
  return (value) => locals.get(value)!;
}

type Row = readonly number[];

/** Whether two rows differ in some signs, but not in all. */
const areOpposite = (a: Row, b: Row | undefined): b is Row =>
  b !== undefined &&
  a.every((value, i) => Math.abs(value) === Math.abs(b[i]!)) &&
  a.some((value, i) => value === b[i] && value !== 0) &&
  a.some((value, i) => value !== b[i]);

const columnOf = (matrix: Matrix, column: number): Row => matrix.map((row) => row[column]!);

/** Emits products with constant matrices. */
export class LinearCombinations {
  readonly #code: Code;
  readonly #constants: Constants;
  readonly #multiplyAdd: MultiplyAdd;

  constructor(code: Code, constants: Constants, multiplyAdd: MultiplyAdd) {
    this.#code = code;
    this.#constants = constants;
    this.#multiplyAdd = multiplyAdd;
  }

  /** Emits `matrix · vectors`, into new locals. */
  product(matrix: Matrix, vectors: readonly Local[]): Local[] {
    const paired = this.#columnsPaired(matrix, vectors);
    const results: Local[] = [];
    for (let i = 0; i < matrix.length; i++) {
      const [row, next] = [matrix[i]!, matrix[i + 1]];
      if (!areOpposite(row, next)) {
        results.push(this.#sum(row, paired(row)));
        continue;
      }
      const same = row.map((value, j) => (value === next[j] ? value : 0));
      const other = row.map((value, j) => (value === next[j] ? 0 : value));
      const [even, odd] = [this.#sum(same, vectors), this.#sum(other, vectors)];
      results.push(this.#binary('f32x4Add', even, odd), this.#binary('f32x4Sub', even, odd));
      i += 1;
    }
    return results;
  }

  /**
   * Sums and differences of the vectors of opposite columns. Returns, for a row, the vectors that its
   * coefficients are multiplied with: a pair's second one then has none left.
   */
  #columnsPaired(matrix: Matrix, vectors: readonly Local[]): (row: Row) => (Local | undefined)[] {
    const pairs = new Map<number, { readonly sum: Local; readonly difference: Local }>();
    const haveRowsPairs = matrix.some((row, i) => areOpposite(row, matrix[i + 1]));
    for (let j = 0; !haveRowsPairs && j + 1 < vectors.length; j++) {
      if (!areOpposite(columnOf(matrix, j), columnOf(matrix, j + 1))) continue;
      const [a, b] = [vectors[j]!, vectors[j + 1]!];
      pairs.set(j, {
        sum: this.#binary('f32x4Add', a, b),
        difference: this.#binary('f32x4Sub', a, b),
      });
    }
    return (row) =>
      vectors.map((vector, j) => {
        const pair = pairs.get(j);
        if (pair) return row[j] === row[j + 1] ? pair.sum : pair.difference;
        return pairs.has(j - 1) ? undefined : vector;
      });
  }

  /** Σ coefficient · vector. */
  #sum(row: Row, vectors: readonly (Local | undefined)[]): Local {
    const code = this.#code;
    const terms = row.flatMap((factor, j) => {
      const vector = vectors[j];
      return vector && factor !== 0 ? [{ factor, vector }] : [];
    });
    const begin = Math.max(
      0,
      terms.findIndex(({ factor }) => factor === 1),
    );
    const [first] = terms.splice(begin, 1);
    const sum = code.local('v128');
    code.get(first!.vector);
    if (first!.factor !== 1) code.get(this.#constants(first!.factor)).op('f32x4Mul');
    code.set(sum);
    for (const { factor, vector } of terms) {
      if (Math.abs(factor) !== 1) this.#multiplyAdd(code, vector, this.#constants(factor), sum);
      else
        code
          .get(sum)
          .get(vector)
          .op(factor === 1 ? 'f32x4Add' : 'f32x4Sub')
          .set(sum);
    }
    return sum;
  }

  #binary(operation: 'f32x4Add' | 'f32x4Sub', a: Local, b: Local): Local {
    return this.#code.keep(() => this.#code.get(a).get(b).op(operation));
  }
}

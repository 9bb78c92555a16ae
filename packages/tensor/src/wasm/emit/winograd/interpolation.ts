/**
 * The matrices of fast convolution along one axis (Winograd, Arithmetic Complexity of Computations,
 * 1980; Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). A filter w of three
 * taps over the inputs d gives m outputs
 *
 *     y = Aᵀ · ((G · w) ∘ (Bᵀ · d)),     d: m + 2 numbers,   ∘: number by number
 *
 * with m + 2 multiplications where 3 · m would be needed: inputs and filter are polynomials, of
 * which the values at m + 2 points are multiplied. In two dimensions it is done along both axes.
 *
 * Sizes of m up to four share one transformed filter: a smaller m takes the first of the points, and
 * what it must be scaled by for that, G being made for all of them, is in its Bᵀ.
 */

/** Taps of a filter. */
export const TAPS = 3;

/**
 * Where polynomials are evaluated; infinity stands for the highest coefficient. These round least of
 * the points tried, about a quarter as much as the usual 0, ±1, ±2, ∞ (ADR 14); their squares and
 * products are float32 numbers, so that Aᵀ and Bᵀ are exact.
 */
const POINTS = [0, 3 / 4, -3 / 4, Infinity, 3 / 2, -3 / 2];

/** Outputs of the largest tile, along one axis. */
export const LARGEST_TILE = POINTS.length - TAPS + 1;
const SMALLEST_TILE = 2;

/** Points of a tile of `outputs` outputs, or, along both axes, the inputs that it sees. */
export const pointsOfTile = (outputs: number): number => outputs + TAPS - 1;

/** Tiles that cover so many outputs, 2 to 4 each, the largest first; none for a single output. */
export function tilesOver(outputs: number): readonly number[] {
  const tiles: number[] = [];
  for (let rest = outputs; rest > 0; rest -= tiles.at(-1)!) {
    // One output alone is no tile, so the tile before leaves it another.
    const isOneLeft = rest === LARGEST_TILE + SMALLEST_TILE - 1;
    tiles.push(isOneLeft ? LARGEST_TILE - 1 : Math.min(rest, LARGEST_TILE));
  }
  return tiles.at(-1) === 1 ? [] : tiles;
}

/** Rows of coefficients. */
export type Matrix = readonly (readonly number[])[];

const isFinitePoint = (point: number): boolean => Number.isFinite(point);

/** Π (point − other) over the other finite points. */
const norm = (point: number, points: readonly number[]): number =>
  isFinitePoint(point)
    ? points
        .filter((other) => other !== point && isFinitePoint(other))
        .reduce((product, other) => product * (point - other), 1)
    : 1;

/** The coefficients of Π (x − root), that of x⁰ first. */
const polynomial = (roots: readonly number[]): number[] =>
  roots.reduce<number[]>(
    (product, root) =>
      [0, ...product].map((coefficient, i) => coefficient - root * (product[i] ?? 0)),
    [1],
  );

/** `[point⁰, point¹, …]`; of infinity, the last alone. */
const powers = (point: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    isFinitePoint(point) ? point ** i : Number(i === count - 1),
  );

/** Bᵀ, `[m + 2, m + 2]`: from inputs to points. */
export function inputMatrix(outputs: number): Matrix {
  const points = POINTS.slice(0, pointsOfTile(outputs));
  return points.map((point) => {
    const others = points.filter((other) => other !== point && isFinitePoint(other));
    const scale = norm(point, POINTS) / norm(point, points);
    const row = polynomial(others).map((coefficient) => coefficient * scale);
    return points.map((_, i) => row[i] ?? 0);
  });
}

/** G, `[6, 3]`: from a filter to points. */
export const filterMatrix: Matrix = POINTS.map((point) =>
  powers(point, TAPS).map((power) => power / norm(point, POINTS)),
);

/** Aᵀ, `[m, m + 2]`: from points to outputs. */
export function outputMatrix(outputs: number): Matrix {
  const points = POINTS.slice(0, pointsOfTile(outputs)).map((point) => powers(point, outputs));
  return Array.from({ length: outputs }, (_, i) => points.map((row) => row[i]!));
}

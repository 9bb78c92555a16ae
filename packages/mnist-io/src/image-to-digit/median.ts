/** The median of numbers, the upper one of an even count; 0 of none. */
export function medianOf(numbers: Float64Array): number {
  return numbers.length === 0 ? 0 : numbers.slice().sort()[numbers.length >> 1]!;
}

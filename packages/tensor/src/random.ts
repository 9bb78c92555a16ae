/**
 * Seeded random numbers that are the same in every JavaScript engine.
 *
 * One root seed gives any number of independent streams, each known by its name, so that adding
 * a consumer (say, dropout) never changes what another one draws (say, the initial weights).
 *
 * The generator is xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom
 * number generators", 2018); its 128 bits of state come from the seed and the stream's name by
 * the 32-bit finalizer of MurmurHash3. Only exact operations are used (integer arithmetic, and
 * + − × ÷ √ on float64), because `Math.log` and its like may differ between engines.
 */
import { integerOption, listOption, textOption } from './options.ts';
import { portableLog } from './portable-log.ts';

/** State of a {@link Random}: four unsigned 32-bit integers, not all zero. */
export type RandomState = readonly [number, number, number, number];

/** Scrambles 32 bits so that each input bit changes about half of the output bits. */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One stream of random numbers. Get one from {@link RandomStreams}. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Continues from a state that {@link Random.state} gave. */
  constructor(state: RandomState) {
    listOption(state, 'Random state');
    this.#a = state[0];
    this.#b = state[1];
    this.#c = state[2];
    this.#d = state[3];
  }

  /** Where the stream stands. Assign an earlier state to draw the same numbers again. */
  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  set state(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** A whole number in 0 … 2³² − 1, each equally likely. */
  uint32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A float64 in [`low`, `high`), by default [0, 1), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const upper = this.uint32() >>> 5;
    const lower = this.uint32() >>> 6;
    return low + (high - low) * ((upper * 0x4000000 + lower) / 0x20000000000000);
  }

  /** A whole number in 0 … `bound` − 1, each equally likely; `bound` is 1 … 2³². */
  integer(bound: number): number {
    integerOption(bound, { least: 1, most: 0x100000000 }, 'Random.integer bound');
    const unbiasedLimit = 0x100000000 - (0x100000000 % bound);
    let draw = this.uint32();
    while (draw >= unbiasedLimit) draw = this.uint32();
    return draw % bound;
  }

  /** A normally distributed float64 (Marsaglia's polar method; one of the pair is dropped). */
  normal(mean = 0, standardDeviation = 1): number {
    for (;;) {
      const x = this.uniform(-1, 1);
      const y = this.uniform(-1, 1);
      const radius = x * x + y * y;
      if (radius > 0 && radius < 1) {
        return mean + standardDeviation * x * Math.sqrt((-2 * portableLog(radius)) / radius);
      }
    }
  }

  /** Puts the numbers in random order, in place (Fisher and Yates). */
  shuffle(numbers: Uint32Array | number[]): void {
    listOption(numbers, 'Random.shuffle');
    for (let last = numbers.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = numbers[last]!;
      numbers[last] = numbers[other]!;
      numbers[other] = kept;
    }
  }
}

/**
 * The named streams of one root seed.
 *
 * @example
 * ```ts
 * const streams = new RandomStreams(1);
 * streams.stream('shuffle').integer(10); // always the same number for seed 1
 * ```
 */
export class RandomStreams {
  readonly seed: number;

  /**
   * @param seed - a whole number in 0 … 2⁵³ − 1.
   * @throws OptionError for any other value.
   */
  constructor(seed: number) {
    this.seed = integerOption(seed, { least: 0, most: Number.MAX_SAFE_INTEGER }, 'seed');
  }

  /** A stream from its beginning; the same name gives the same numbers again. */
  stream(name: string): Random {
    textOption(name, 'RandomStreams.stream');
    let hash = mix((this.seed >>> 0) ^ 0x9e3779b9);
    hash = mix(hash ^ Math.floor(this.seed / 0x100000000));
    for (const character of name) hash = mix(hash ^ character.codePointAt(0)!) + 0x6d2b79f5;
    const word = (position: number): number => mix(hash + Math.imul(position, 0x9e3779b9));
    // The all-zero state would repeat for ever; the constant rules it out.
    return new Random([word(1), word(2), word(3), word(4) | 1]);
  }
}

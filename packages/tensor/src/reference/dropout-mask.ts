/**
 * Which activations dropout keeps. Each batch draws two random words as its key; every element
 * then follows from the key and its position, so that elements can be made in any order and at
 * once:
 *
 *     h(x) = x ⊕ x≫16,  · 0x7feb352d,  x ⊕ x≫15,  · 0x846ca68b,  x ⊕ x≫16        (mod 2³²)
 *     bits(i) = h(h(i + key₀) ⊕ key₁)
 *
 * The mixing function h is lowbias32 of Wellons' hash-prospector (2018).
 */
import type { Random } from '../random.ts';
import type { Tensor } from '../tensor.ts';

const RANGE_OF_UINT32 = 2 ** 32;

/** The two factors of h. */
export const MIXERS = [0x7feb352d, 0x846ca68b] as const;

/** Bits below this are dropped. Bits are compared as signed numbers, which vectors can. */
export const dropThreshold = (rate: number): number =>
  Math.round(rate * RANGE_OF_UINT32) - RANGE_OF_UINT32 / 2;

function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), MIXERS[0]);
  x = Math.imul(x ^ (x >>> 15), MIXERS[1]);
  return x ^ (x >>> 16);
}

/** The words that make the next mask. */
export function drawKey(random: Random, key: Int32Array): void {
  key[0] = random.uint32();
  key[1] = random.uint32();
}

/** Each element is 0 with probability `rate`, else 1 / (1 − rate). */
export function dropoutMask(mask: Tensor, rate: number, random: Random): void {
  const key = new Int32Array(2);
  drawKey(random, key);
  const kept = 1 / (1 - rate);
  const threshold = dropThreshold(rate);
  for (let i = 0; i < mask.size; i++) {
    const bits = mix(mix((i + key[0]!) | 0) ^ key[1]!);
    mask.data[i] = (bits | 0) < threshold ? 0 : kept;
  }
}

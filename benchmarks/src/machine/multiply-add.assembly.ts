// AssemblyScript: products of small matrices whose sums stay in registers, the loop that shows how
// many multiplications and additions one core does. C = A·B is taken over `depth`; `repeats` times
// over the same data, which stays in the first-level cache. Compiled by fma-ceiling.ts, once with
// fused multiply-add and once with separate operations.

// @ts-expect-error: a decorator of AssemblyScript
@inline
function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  if (FUSED) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}

// @ts-expect-error: a decorator of AssemblyScript
@inline
function store(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

/** 4 rows × 2 vectors: A is [depth, 4], read number by number; B is [depth, 8]. */
export function rows4(a: usize, b: usize, out: usize, depth: i32, repeats: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00;
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let repeat = 0; repeat < repeats; repeat++) {
    let pa = a, pb = b;
    for (let end = a + depth * 16; pa < end; pa += 16, pb += 32) {
      const b0 = v128.load(pb), b1 = v128.load(pb, 16);
      const a0 = v128.load32_splat(pa);
      c00 = multiplyAdd(a0, b0, c00);
      c01 = multiplyAdd(a0, b1, c01);
      const a1 = v128.load32_splat(pa, 4);
      c10 = multiplyAdd(a1, b0, c10);
      c11 = multiplyAdd(a1, b1, c11);
      const a2 = v128.load32_splat(pa, 8);
      c20 = multiplyAdd(a2, b0, c20);
      c21 = multiplyAdd(a2, b1, c21);
      const a3 = v128.load32_splat(pa, 12);
      c30 = multiplyAdd(a3, b0, c30);
      c31 = multiplyAdd(a3, b1, c31);
    }
  }
  store(out, c00, c01, c10, c11);
  store(out + 64, c20, c21, c30, c31);
}

/** 5 rows × 2 vectors: A is [depth, 8] with 5 used; four come by one load and are spread. */
export function rows5(a: usize, b: usize, out: usize, depth: i32, repeats: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00;
  let c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00;
  for (let repeat = 0; repeat < repeats; repeat++) {
    let pa = a, pb = b;
    for (let end = a + depth * 32; pa < end; pa += 32, pb += 32) {
      const b0 = v128.load(pb), b1 = v128.load(pb, 16), packed = v128.load(pa);
      const a0 = v128.shuffle<f32>(packed, packed, 0, 0, 0, 0);
      c00 = multiplyAdd(a0, b0, c00);
      c01 = multiplyAdd(a0, b1, c01);
      const a1 = v128.shuffle<f32>(packed, packed, 1, 1, 1, 1);
      c10 = multiplyAdd(a1, b0, c10);
      c11 = multiplyAdd(a1, b1, c11);
      const a2 = v128.shuffle<f32>(packed, packed, 2, 2, 2, 2);
      c20 = multiplyAdd(a2, b0, c20);
      c21 = multiplyAdd(a2, b1, c21);
      const a3 = v128.shuffle<f32>(packed, packed, 3, 3, 3, 3);
      c30 = multiplyAdd(a3, b0, c30);
      c31 = multiplyAdd(a3, b1, c31);
      const a4 = v128.load32_splat(pa, 16);
      c40 = multiplyAdd(a4, b0, c40);
      c41 = multiplyAdd(a4, b1, c41);
    }
  }
  store(out, c00, c01, c10, c11);
  store(out + 64, c20, c21, c30, c31);
  v128.store(out + 128, c40);
  v128.store(out + 144, c41);
}

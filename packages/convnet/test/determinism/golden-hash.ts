/**
 * The hash that {@link trainingHash} gives on the `simd` rung, everywhere: it rounds as IEEE 754
 * says, in an order that is fixed. A change of this line is a change of every trained network, the
 * server's included; CHANGELOG.md tells of it.
 */
export const goldenHash = '6899cd824e3424466f7ad53109d3ed65b3d799bd042b19283a7d4fe2bd75443a';

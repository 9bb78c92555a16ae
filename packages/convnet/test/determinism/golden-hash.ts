/**
 * The hash that {@link trainingHash} gives on the `simd` rung, everywhere: it rounds as IEEE 754
 * says, in an order that is fixed. A change of this line is a change of every trained network, the
 * server's included; CHANGELOG.md tells of it.
 */
export const goldenHash = 'f38ca9d53a4e753c4adfe5683374a08faf9f38358dcca338c32a774620b75ab2';

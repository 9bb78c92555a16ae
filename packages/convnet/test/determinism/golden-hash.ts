/**
 * The hash that {@link trainingHash} gives on the `simd` rung, everywhere: it rounds as IEEE 754
 * says, in an order that is fixed. A change of this line is a change of every trained network, the
 * server's included; CHANGELOG.md tells of it.
 */
export const goldenHash = '5e028512d24bcbb1698c8c94f9ebc9c200d00f27dfc36670b88403bb218b56ab';

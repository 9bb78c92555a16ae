/**
 * The hash that {@link trainingHash} gives on the `simd` rung, everywhere: it rounds as IEEE 754
 * says, in an order that is fixed. A change of this line is a change of every trained network, the
 * server's included; CHANGELOG.md tells of it.
 */
export const goldenHash = 'e8741804f9362c0e2ade44cce80d4cfdc702a33dfc069652129e93db193165ee';

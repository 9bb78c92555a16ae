/**
 * The hash that {@link trainingHash} gives on the `simd` rung, everywhere: it rounds as IEEE 754
 * says, in an order that is fixed. A change of this line is a change of every trained network, the
 * server's included; CHANGELOG.md tells of it.
 */
export const goldenHash = '44dc7ee7a6c1a0ac1ed32705bd25d2db0103f7078649e5e0a0ce20e289020adb';

/**
 * Test settings that every package shares: source-first resolution (no build needed) and
 * one file pattern. `*.verify.ts` files hold what takes minutes and run by `npm run verify`.
 */
import { defineConfig } from 'vitest/config';

/** Vitest configuration of one package. */
export function packageTests(name: string) {
  const verify = process.env['CONVNET_VERIFY'] === '1';
  // Nothing but our own: these become conditions of `require` too, where `import` misleads.
  const conditions = ['@convnet/source'];
  return defineConfig({
    ssr: { resolve: { conditions, externalConditions: conditions }, noExternal: [/^@convnet\//] },
    test: {
      name,
      environment: 'node',
      include: verify ? ['{src,test}/**/*.verify.ts'] : ['{src,test}/**/*.test.ts'],
      testTimeout: verify ? 3_600_000 : 60_000,
      hookTimeout: verify ? 3_600_000 : 60_000,
      passWithNoTests: verify,
      reporters: ['default'],
    },
  });
}

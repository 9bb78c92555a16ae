/**
 * Test settings that every package shares: source-first resolution (no build needed) and one file
 * pattern. `*.verify.ts` files hold what takes long and run with `--mode verify`.
 */
import { defineConfig } from 'vitest/config';

/** What differs from package to package. */
export interface PackageTests {
  /** A file that prepares what all tests need, and clears it away. */
  readonly globalSetup?: string;
  /**
   * Files that replace modules of others, and so load all of them anew; `true` for all files. The others
   * share what is loaded, which takes longer than most of them.
   */
  readonly alone?: readonly string[] | true;
}

/** Vitest configuration of one package. */
export function packageTests(name: string, { globalSetup, alone = [] }: PackageTests = {}) {
  // Nothing but our own: these become conditions of `require` too, where `import` misleads.
  const conditions = ['@convnet/source'];
  return defineConfig(({ mode }) => {
    // The limits end what hangs. They are far above what a slow or busy machine takes.
    const [pattern, timeout] = mode === 'verify' ? ['verify', 3_600_000] : ['test', 600_000];
    const include = [`{src,test}/**/*.${pattern}.ts`];
    const only = (files: readonly string[]): string[] =>
      files.filter((file) => file.endsWith(`.${pattern}.ts`));
    return {
      ssr: { resolve: { conditions, externalConditions: conditions }, noExternal: [/^@convnet\//] },
      test: {
        name,
        environment: 'node',
        ...(globalSetup !== undefined && { globalSetup }),
        ...(alone === true || alone.length === 0
          ? { include, isolate: alone === true }
          : {
              projects: [
                { extends: true, test: { name, include, exclude: [...alone], isolate: false } },
                {
                  extends: true,
                  test: { name: `${name}, alone`, include: only(alone), isolate: true },
                },
              ],
            }),
        testTimeout: timeout,
        hookTimeout: timeout,
        expect: { poll: { timeout: timeout / 2 } },
      },
    };
  });
}

/**
 * Builds the page into `dist/page`: one minified script with everything in it, taken from the
 * sources of the sibling packages, so that none of them has to be built before.
 */
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['page/main.ts', 'page/index.html', 'page/style.css', 'page/icon.svg'],
  outDir: 'dist/page',
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  noExternal: [/^@convnet\//],
  minify: true,
  loader: { '.html': 'copy', '.svg': 'copy' },
  esbuildOptions(options) {
    options.conditions = ['@convnet/source', 'browser', 'import'];
  },
});

/**
 * Lint rules of the whole workspace. The layering below is the architecture: an import that is
 * not listed fails, and so do cycles and `node:` imports in code that must run in a browser.
 */
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const layering = {
  tensor: [],
  convnet: ['tensor'],
  'mnist-io': ['tensor'],
  cli: ['convnet', 'mnist-io'],
  server: ['convnet', 'mnist-io'],
};

const depConstraints = Object.entries(layering).map(([layer, below]) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: below.map((name) => `layer:${name}`),
}));

/** The libraries: everything but the applications. */
const librarySource = ['tensor', 'convnet', 'mnist-io'].map(
  (name) => `packages/${name}/src/**/*.ts`,
);

/** Settings of `no-restricted-imports` that allow relative imports and these beginnings alone. */
function onlyImports(beginnings, message) {
  return ['error', { patterns: [{ regex: `^(?!\\.{1,2}/|${beginnings})`, message }] }];
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/out-program-*/**', '**/coverage/**', '.nx/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Indices come from loops over shapes that were checked at the public edge.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['packages/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/(vitest|tsup|test-needs|chromium|built-program)\\.shared\\.ts$'],
          depConstraints,
          banTransitiveDependencies: false,
        },
      ],
    },
  },
  {
    files: librarySource,
    ignores: ['**/*.test.ts', '**/src/node/**'],
    rules: {
      'no-restricted-imports': onlyImports(
        '@convnet/(?!.*/node$)',
        'The libraries have no other dependencies, and run in browsers; files belong in src/node.',
      ),
    },
  },
  {
    files: librarySource.map((files) => files.replace('src', 'src/node')),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': onlyImports(
        '@convnet/|node:',
        'The libraries have no other dependencies.',
      ),
    },
  },
  {
    // Bundled into the package, which so keeps having no dependency that its users would install.
    files: [
      'packages/mnist-io/src/node/download/archive.ts',
      'packages/mnist-io/src/node/formats/csv-lines.ts',
      'packages/mnist-io/src/node/formats/npz-archive.ts',
    ],
    rules: {
      'no-restricted-imports': onlyImports(
        '@convnet/|node:|@zip\\.js/zip\\.js/|csv-parse$',
        'The libraries have no other dependencies.',
      ),
    },
  },
  {
    files: ['**/*.test.ts', '**/*.verify.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vitest', importNames: ['it'], message: 'Tests are called test.' }] },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        crypto: 'readonly',
        process: 'readonly',
        require: 'readonly',
      },
    },
  },
);

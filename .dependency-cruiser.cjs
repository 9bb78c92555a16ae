/**
 * Which file may import which. ESLint holds packages to their order; this holds files: no import
 * circle anywhere, types included, and one direction within `convnet/src` and `tensor/src/wasm`.
 */

/** The folders of `convnet/src`, each of which may import only those before it. */
const ORDER = [
  '(layers|[^/]+\\.ts$)',
  'samples',
  'losses',
  'metrics',
  'optimizers',
  'network',
  'files',
  'training',
  'model',
];

/** Entries of the package: they compose, and nothing imports them. */
const ENTRIES = ['presets', 'onnx', 'node', 'inference', 'testing'];

const folder = (name) => `^packages/convnet/src/${name}`;

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Nothing imports in a circle. Move what both need to a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ORDER.slice(0, -1).map((name, i) => ({
      name: 'convnet-one-direction',
      comment: `Folders of convnet/src import only what stands before them: ${ORDER.join(' → ')}.`,
      severity: 'error',
      from: { path: folder(name), pathNot: 'src/index\\.ts$' },
      to: { path: ORDER.slice(i + 1).map(folder) },
    })),
    ...['emit', 'run'].map((floor, i) => ({
      name: 'wasm-floors',
      comment: 'In tensor/src/wasm, kernels stand on run and emit, and run stands on emit.',
      severity: 'error',
      from: { path: `^packages/tensor/src/wasm/${floor}/` },
      to: {
        path: ['run', 'kernels'].slice(i).map((above) => `^packages/tensor/src/wasm/${above}/`),
      },
    })),
    ...ENTRIES.map((name) => ({
      name: 'convnet-entry',
      comment:
        'Only the main entry may import another one. Move what others need to a folder below.',
      severity: 'error',
      from: { path: folder(''), pathNot: [folder(name), 'src/index\\.ts$'] },
      to: { path: folder(`${name}/`) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: 'node_modules|/dist/|/out-tsc/|\\.(test|verify)\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { conditionNames: ['@convnet/source', 'import', 'default'] },
  },
};

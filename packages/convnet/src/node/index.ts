/** `@convnet/convnet/node`: what touches files. */
export { loadModel, saveModel } from './model-files.ts';
export { writeFileAtomically } from './write-file-atomically.ts';

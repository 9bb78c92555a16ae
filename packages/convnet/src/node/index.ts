/** `@convnet/convnet/node`: what touches files. */
export { loadModel, saveModel } from './model-files.ts';
export { newestModelFile } from './newest-model-file.ts';
export { writeFileAtomically } from './write-file-atomically.ts';

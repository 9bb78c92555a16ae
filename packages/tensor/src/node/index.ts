/**
 * `@convnet/tensor/node`: what every package that touches files needs of the machine. The main
 * entry touches none and runs unchanged in browsers.
 *
 * @module @convnet/tensor/node
 */
export { checkRegularFile, FileReadError, readRegularFile } from './read-regular-file.ts';
export { syncFile, syncFolder } from './sync.ts';
export { userFolder, type Environment, type FolderPurpose } from './user-folder.ts';
export { FileWriteError, writeFileAtomically } from './write-file-atomically.ts';

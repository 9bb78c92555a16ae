/**
 * `@convnet/convnet/node`: what touches files.
 *
 * @module @convnet/convnet/node
 */
export { loadModel, saveModel } from './model-files.ts';
export { newestModelFile } from './newest-model-file.ts';
export { FileWriteError, writeFileAtomically } from './write-file-atomically.ts';
export {
  backupAndRestore,
  type BackupAndRestore,
  type BackupAndRestoreOptions,
} from './callbacks/backup-and-restore.ts';
export { csvLogger, type CSVLogger, type CSVLoggerOptions } from './callbacks/csv-logger.ts';
export {
  modelCheckpoint,
  type ModelCheckpoint,
  type ModelCheckpointOptions,
} from './callbacks/model-checkpoint.ts';

/**
 * `@convnet/convnet/node`: what touches files.
 *
 * @module @convnet/convnet/node
 */
export { FileWriteError, writeFileAtomically } from '@convnet/tensor/node';
export { loadModel, saveModel } from './model-files.ts';
export { newestModelFile } from './newest-model-file.ts';
export { BackupAndRestore, type BackupAndRestoreOptions } from './callbacks/backup-and-restore.ts';
export { CSVLogger, type CSVLoggerOptions } from './callbacks/csv-logger.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './callbacks/model-checkpoint.ts';

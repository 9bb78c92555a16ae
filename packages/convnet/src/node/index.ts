/**
 * `@convnet/convnet/node`: what touches files, and what programs made of them have in common.
 *
 * @module @convnet/convnet/node
 */
export {
  checkRegularFile,
  FileReadError,
  FileWriteError,
  writeFileAtomically,
} from '@convnet/tensor/node';
export { loadModel, saveModel } from './model-files.ts';
export { newestModelFile } from './newest-model-file.ts';
export { trainedModelFile, trainedModelsFolder } from './trained-models.ts';
export { ProgramError } from './program-error.ts';
export { EXIT_CODES, type ExitCode, type ExitCodeName } from './exit-codes.ts';
export {
  systemErrorCode,
  systemErrorMeaning,
  type SystemErrorKind,
  type SystemErrorMeaning,
} from './system-errors.ts';
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

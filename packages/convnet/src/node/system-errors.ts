/** The errors of the file system that a person can do something about, in words. */
import { isConvnetError } from '@convnet/tensor';

/** A file does not exist, access is denied, the disk is read-only, or the device failed. */
export type SystemErrorKind = 'missing' | 'denied' | 'read-only' | 'failed';

/** The meaning of an error of the file system. */
export interface SystemErrorMeaning {
  readonly kind: SystemErrorKind;
  /** Such as `there is no such file`. */
  readonly reason: string;
  /** Such as `Check the path`; `undefined` where there is nothing to advise. */
  readonly remedy?: string;
}

const PERMISSION = {
  kind: 'denied',
  reason: 'access is not allowed',
  remedy: 'Check its permissions',
} as const;

const MEANINGS = new Map<string, SystemErrorMeaning>([
  ['ENOENT', { kind: 'missing', reason: 'there is no such file', remedy: 'Check the path' }],
  ['EISDIR', { kind: 'missing', reason: 'it is a folder', remedy: 'Name a file' }],
  [
    'ENOTDIR',
    { kind: 'missing', reason: 'part of its path is not a folder', remedy: 'Check the path' },
  ],
  ['EACCES', PERMISSION],
  ['EPERM', PERMISSION],
  [
    'EROFS',
    {
      kind: 'read-only',
      reason: 'the file system is read-only',
      remedy: 'Choose another folder',
    },
  ],
  ['EIO', { kind: 'failed', reason: 'the device failed' }],
  ['ENOSPC', { kind: 'failed', reason: 'the disk is full', remedy: 'Make room' }],
]);

/** The code of an operating system's error, or of one that it caused, such as `ENOENT`. */
export function systemErrorCode(error: unknown): string | undefined {
  let from = error;
  while (isConvnetError(from)) from = from.cause;
  const code = from instanceof Error && 'code' in from ? from.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The meaning of an error of the file system; `undefined` for all others. */
export function systemErrorMeaning(error: unknown): SystemErrorMeaning | undefined {
  return MEANINGS.get(systemErrorCode(error) ?? '');
}

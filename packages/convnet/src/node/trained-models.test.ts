/** Programs that train and use networks share where these are, and the words for what went wrong. */
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  loadModel,
  systemErrorCode,
  systemErrorMeaning,
  trainedModelFile,
  trainedModelsFolder,
} from './index.ts';

const env = { HOME: '/home/ada', XDG_STATE_HOME: '/state', LOCALAPPDATA: 'D:\\Local' };

test('trained networks have one folder, and a file by their name', () => {
  const folder = trainedModelsFolder(env);
  expect(path.basename(folder)).toBe('models');
  expect(trainedModelFile('cnn', env)).toBe(path.join(folder, 'cnn.safetensors'));
});

test('errors of the file system are told in words, others are not', async () => {
  const error: unknown = await loadModel('nowhere/at.all').catch((reason: unknown) => reason);
  expect(systemErrorCode(error)).toBe('ENOENT');
  expect(systemErrorMeaning(error)).toMatchObject({ kind: 'missing', remedy: 'Check the path' });
  const other = Object.assign(new Error('busy'), { code: 'EBUSY' });
  expect(systemErrorCode(other)).toBe('EBUSY');
  for (const strange of [other, new Error('no code'), { code: 'ENOENT' }, undefined]) {
    expect(systemErrorMeaning(strange)).toBeUndefined();
  }
});

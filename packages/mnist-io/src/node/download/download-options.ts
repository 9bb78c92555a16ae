/** Checks of the options that loading and downloading have in common. */
import {
  functionOption,
  listOption,
  numberOption,
  objectOption,
  OptionError,
  shown,
  signalOption,
  textOption,
} from '@convnet/tensor';
import type { PlaceOptions } from '../dataset-places.ts';
import type { DownloadOptions } from './dataset-download.ts';

/** @throws OptionError for a folder or variables of a wrong kind. */
export function checkPlaces({ dataDir, env }: PlaceOptions, where: string): void {
  if (dataDir !== undefined) textOption(dataDir, `${where} dataDir`);
  if (env !== undefined) objectOption(env, `${where} env`);
}

/** @throws OptionError for an option of a wrong kind. */
export function checkDownloadOptions(options: DownloadOptions, where: string): void {
  checkPlaces({ env: options.env }, where);
  const { mirrors, signal } = options;
  for (const mirror of mirrors === undefined ? [] : listOption(mirrors, `${where} mirrors`)) {
    if (typeof mirror === 'string' && URL.canParse(mirror)) continue;
    throw new OptionError(
      `${where} mirrors: expected addresses such as https://example.org/mnist/; received ${shown(mirror)}.`,
    );
  }
  if (signal !== undefined) signalOption(signal, where);
  for (const name of ['fetch', 'onProgress', 'onWait'] as const) {
    if (options[name] !== undefined) functionOption(options[name], `${where} ${name}`);
  }
  for (const name of ['connectMs', 'silenceMs'] as const) {
    if (options[name] !== undefined) numberOption(options[name], { above: 0 }, `${where} ${name}`);
  }
}

/** Checks of the options that loading and downloading have in common. */
import {
  functionOption,
  numberOption,
  objectOption,
  OptionError,
  shown,
  signalOption,
  textOption,
} from '@convnet/tensor';
import { arrayOption } from '../dataset-checks.ts';
import type { MirrorOptions } from './mirrors.ts';

/** Names of the options of downloads. */
export const DOWNLOAD_OPTIONS = 'mirrors fetch signal onProgress connectMs silenceMs env onWait';

/** Folders, and variables that name folders, of whatever kind they are. */
interface Places {
  readonly dataDir?: unknown;
  readonly env?: unknown;
}

/** Options of downloads, of which the last is called by the lock. */
interface Downloads extends MirrorOptions {
  readonly onWait?: unknown;
}

/** @throws OptionError for a folder or variables of a wrong kind. */
export function checkPlaces({ dataDir, env }: Places, where: string): void {
  if (dataDir !== undefined) textOption(dataDir, `${where} dataDir`);
  if (env !== undefined) objectOption(env, `${where} env`);
}

/** @throws OptionError for an option of a wrong kind. */
export function checkDownloadOptions(options: Downloads, where: string): void {
  checkPlaces({ env: options.env }, where);
  const { mirrors, signal } = options;
  for (const mirror of mirrors === undefined ? [] : arrayOption(mirrors, `${where} mirrors`)) {
    if (typeof mirror === 'string' && URL.canParse(mirror)) continue;
    throw new OptionError(
      `${where} mirrors: expected addresses such as https://example.org/mnist/; received ${shown(mirror)}.`,
    );
  }
  signalOption(signal, where);
  for (const name of ['fetch', 'onProgress', 'onWait'] as const) {
    if (options[name] !== undefined) functionOption(options[name], `${where} ${name}`);
  }
  for (const name of ['connectMs', 'silenceMs'] as const) {
    if (options[name] !== undefined) numberOption(options[name], { above: 0 }, `${where} ${name}`);
  }
}

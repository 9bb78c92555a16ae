/**
 * Where a program keeps its files for one user: by the XDG Base Directory Specification on Linux
 * and other Unix systems, by each vendor's own convention on macOS and Windows.
 */
import os from 'node:os';
import path from 'node:path';
import { choiceOption, objectOption, textOption } from '../options.ts';

/** The use of a folder: data that can be fetched again, results of a program, or its settings. */
export type FolderPurpose = 'cache' | 'state' | 'config';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const NAME = 'convnet';

const XDG: Record<FolderPurpose, readonly [variable: string, fallback: string]> = {
  cache: ['XDG_CACHE_HOME', '.cache'],
  state: ['XDG_STATE_HOME', '.local/state'],
  config: ['XDG_CONFIG_HOME', '.config'],
};

const MACOS: Record<FolderPurpose, string> = {
  cache: 'Library/Caches',
  state: 'Library/Application Support',
  config: 'Library/Preferences',
};

const WINDOWS: Record<FolderPurpose, string> = { cache: 'Cache', state: 'State', config: 'Config' };

/**
 * The user's folder of this program for one purpose, such as `~/.cache/convnet`; it need not
 * exist. Relative values of `XDG_*` variables are ignored, as their specification demands.
 */
export function userFolder(
  purpose: FolderPurpose,
  env: Environment = process.env,
  platform: string = process.platform,
): string {
  choiceOption(purpose, Object.keys(XDG), 'userFolder');
  objectOption(env, 'userFolder env');
  const valueOf = (name: string): string | undefined =>
    env[name] === undefined ? undefined : textOption(env[name], `userFolder env.${name}`);
  if (platform === 'win32') {
    const local = valueOf('LOCALAPPDATA');
    const base =
      local !== undefined && path.win32.isAbsolute(local)
        ? local
        : path.win32.join(valueOf('USERPROFILE') ?? os.homedir(), 'AppData', 'Local');
    return path.win32.join(base, NAME, WINDOWS[purpose]);
  }
  const home = valueOf('HOME') ?? os.homedir();
  if (platform === 'darwin') return path.posix.join(home, MACOS[purpose], NAME);
  const [variable, fallback] = XDG[purpose];
  const chosen = valueOf(variable);
  return chosen !== undefined && path.posix.isAbsolute(chosen)
    ? path.posix.join(chosen, NAME)
    : path.posix.join(home, fallback, NAME);
}

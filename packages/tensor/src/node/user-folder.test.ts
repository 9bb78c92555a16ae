import { describe, expect, test } from 'vitest';
import { userFolder, type Environment, type FolderPurpose } from './user-folder.ts';

const unix = { HOME: '/home/ada' };

describe('userFolder', () => {
  test.each<[FolderPurpose, Environment, NodeJS.Platform, string]>([
    ['cache', unix, 'linux', '/home/ada/.cache/convnet'],
    ['state', unix, 'linux', '/home/ada/.local/state/convnet'],
    ['config', unix, 'linux', '/home/ada/.config/convnet'],
    ['cache', { ...unix, XDG_CACHE_HOME: '/big/cache' }, 'linux', '/big/cache/convnet'],
    ['state', { ...unix, XDG_STATE_HOME: '/big/state' }, 'freebsd', '/big/state/convnet'],
    ['config', { ...unix, XDG_CONFIG_HOME: '/etc/ada' }, 'linux', '/etc/ada/convnet'],
    ['cache', { ...unix, XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ada/.cache/convnet'],
    ['cache', { ...unix, XDG_CACHE_HOME: '' }, 'linux', '/home/ada/.cache/convnet'],
    ['cache', { HOME: '/Users/ada' }, 'darwin', '/Users/ada/Library/Caches/convnet'],
    ['state', { HOME: '/Users/ada' }, 'darwin', '/Users/ada/Library/Application Support/convnet'],
    ['config', { HOME: '/Users/ada' }, 'darwin', '/Users/ada/Library/Preferences/convnet'],
    ['cache', { LOCALAPPDATA: 'D:\\Local' }, 'win32', 'D:\\Local\\convnet\\Cache'],
    ['state', { LOCALAPPDATA: 'D:\\Local' }, 'win32', 'D:\\Local\\convnet\\State'],
    ['config', { USERPROFILE: 'C:\\Ada' }, 'win32', 'C:\\Ada\\AppData\\Local\\convnet\\Config'],
  ])('%s with %j on %s is %s', (purpose, env, platform, expected) => {
    expect(userFolder(purpose, env, platform)).toBe(expected);
  });
});

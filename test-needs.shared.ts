/**
 * What some tests need that npm does not install: MNIST, browsers, PyTorch, NumPy. A test asks by
 * {@link needed}; where the thing is missing it is skipped and a line says so, and where
 * `CI=true` it fails instead. Nx keys cached results by {@link found}, so that a skipped run never
 * stands for a real one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

interface Need {
  readonly find: () => string | undefined;
  readonly hint: string;
}

const chromiumPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const firefoxPlaces = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Whether that Python has the package; its import is not tried, as it may take seconds. */
function hasModule(python: string, name: string): boolean {
  const script = `import importlib.util, sys; sys.exit(not importlib.util.find_spec("${name}"))`;
  try {
    execFileSync(python, ['-c', script], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The first place that is named or usual, and that passes. */
function firstOf(
  variable: string,
  usual: readonly string[],
  passes: (place: string) => boolean,
): string | undefined {
  const named = process.env[variable];
  return (named ? [named] : usual).find(passes);
}

function pythonWith(name: string): string | undefined {
  const pythons = ['python3', '/usr/bin/python3'];
  return firstOf('CONVNET_PYTHON', pythons, (python) => hasModule(python, name));
}

const needs = {
  MNIST: {
    find: () => {
      const folder = process.env['CONVNET_DATA_DIR'];
      return folder ? path.resolve(import.meta.dirname, folder) : undefined;
    },
    hint: 'Set CONVNET_DATA_DIR to a folder with its four files.',
  },
  Chromium: {
    find: () => firstOf('CONVNET_CHROMIUM', chromiumPlaces, existsSync),
    hint: 'Install it (Debian: apt-get install chromium), or set CONVNET_CHROMIUM.',
  },
  Firefox: {
    find: () => firstOf('CONVNET_FIREFOX', firefoxPlaces, existsSync),
    hint: 'Install it (Debian: apt-get install firefox-esr), or set CONVNET_FIREFOX.',
  },
  PyTorch: {
    find: () => pythonWith('torch'),
    hint: 'Install it (Debian: apt-get install python3-torch), or set CONVNET_PYTHON.',
  },
  NumPy: {
    find: () => pythonWith('numpy'),
    hint: 'Install it (Debian: apt-get install python3-numpy), or set CONVNET_PYTHON.',
  },
} satisfies Record<string, Need>;

/** Where each need was found; part of the key of cached test results. */
export function found(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(needs).map(([name, { find }]) => [name, find()]));
}

/**
 * Where `name` is: MNIST's folder, a browser's program, or a Python that has PyTorch or NumPy. `undefined`
 * means that the test is to be skipped, which is said.
 * @throws Error instead, where `CI=true`.
 */
export function needed(name: keyof typeof needs, test: string): string | undefined {
  const { find, hint } = needs[name];
  const place = find();
  if (place !== undefined) return place;
  if (process.env['CI'] === 'true') throw new Error(`${test}: ${name} is missing. ${hint}`);
  console.warn(`skipped: ${test}, because ${name} is missing. ${hint}`);
  return undefined;
}

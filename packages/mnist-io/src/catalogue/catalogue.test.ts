import { describe, expect, test } from 'vitest';
import { MissingDataError } from '../errors.ts';
import { catalogue, datasetNamed, datasetsNamed } from './catalogue.ts';
import { DATASET_PARTS } from './dataset-entry.ts';

describe('catalogue', () => {
  test('has ten data sets, each named once', () => {
    expect(catalogue.map(({ name }) => name)).toEqual([
      'mnist',
      'fashion-mnist',
      'kmnist',
      'qmnist',
      'emnist-balanced',
      'emnist-byclass',
      'emnist-bymerge',
      'emnist-digits',
      'emnist-letters',
      'emnist-mnist',
    ]);
  });

  test.each(catalogue)('$name is consistent', (entry) => {
    const { classNames, classCounts, counts, mirrors, files, archive } = entry;
    expect(new Set(classNames).size).toBe(classNames.length);
    for (const split of ['train', 'test'] as const) {
      if (!classCounts) continue;
      expect(classCounts[split]).toHaveLength(classNames.length);
      expect(classCounts[split].reduce((sum, count) => sum + count, 0)).toBe(counts[split]);
    }
    for (const mirror of mirrors) expect(mirror).toMatch(/^https?:\/\/[^ ]+\/$/);
    const published = DATASET_PARTS.map((part) => files[part]);
    expect(new Set(published.map(({ name }) => name)).size).toBe(4);
    for (const { name, md5, sha256 } of archive ? [archive] : published) {
      expect(name).toMatch(/\.(gz|zip)$/);
      expect(md5).toMatch(/^[0-9a-f]{32}$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('names the classes of EMNIST as its paper merges them', () => {
    const named = (name: string) => datasetNamed(name).classNames.join('');
    const [digits, upper] = ['0123456789', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    expect(named('emnist-byclass')).toBe(`${digits}${upper}${upper.toLowerCase()}`);
    expect(named('emnist-balanced')).toBe(`${digits}${upper}abdefghnqrt`);
    expect(named('emnist-bymerge')).toBe(named('emnist-balanced'));
    expect(named('emnist-letters')).toBe(upper.toLowerCase());
    expect(named('emnist-digits')).toBe(digits);
  });
});

describe('datasetsNamed', () => {
  test.each(['emnist-letters', 'emnist/letters', 'EMNIST Letters', 'emnist_letters'])(
    'takes %s for one split',
    (name) => {
      expect(datasetsNamed(name).map((entry) => entry.name)).toEqual(['emnist-letters']);
    },
  );

  test('takes the names of torchvision, and emnist for all its splits', () => {
    expect(datasetNamed('FashionMNIST').name).toBe('fashion-mnist');
    expect(datasetsNamed('emnist')).toHaveLength(6);
  });

  test('refuses names it does not know, and one name for many where one is needed', () => {
    expect(() => datasetsNamed('cifar')).toThrow(MissingDataError);
    expect(() => datasetsNamed('')).toThrow(/expected one of mnist, fashion-mnist/);
    expect(() => datasetNamed('emnist')).toThrow(/received that of 6\. Choose one of emnist-bal/);
  });
});

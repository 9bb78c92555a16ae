import { RandomStreams } from '../../random.ts';
import { describe, expect, test } from 'vitest';
import { Sharing } from './sharing.ts';

let now = 0;

/** Makes `count` runs that take such times. @returns the share of them that had helpers. */
function share(sharing: Sharing, count: number, alone: () => number, shared: () => number): number {
  let runs = 0;
  for (let i = 0; i < count; i++) {
    if (sharing.isWorthwhile(now)) {
      const time = shared();
      now += time;
      sharing.ranShared(time, now);
      runs += 1;
    } else {
      const time = alone();
      now += time;
      sharing.ranAlone(time);
    }
  }
  return runs / count;
}

function begun(): Sharing {
  const sharing = new Sharing();
  // As long as code is not optimised.
  for (let i = 0; i < 5; i++) sharing.ranAlone(3);
  return sharing;
}

describe('a module', () => {
  const random = new RandomStreams(1).stream('sharing');
  /** Fast, but for one run in eight that waits for a helper without a core. */
  const waiting = (): number => (random.uniform() < 1 / 8 ? 8 : 0.6);

  test('has helpers while that is faster', () => {
    const shared = share(
      begun(),
      10_000,
      () => 1,
      () => 0.55,
    );
    expect(shared).toBeGreaterThan(0.99);
    expect(shared).toBeLessThan(1); // It has looked at how long it takes alone.
  });

  test('is run alone where helpers make it slower, lately', () => {
    expect(share(begun(), 10_000, () => 1, waiting)).toBeLessThan(0.1);
  });

  test('has helpers again once they have their cores back', () => {
    const sharing = begun();
    share(sharing, 10_000, () => 1, waiting);
    share(
      sharing,
      3100,
      () => 1,
      () => 0.55,
    );
    expect(
      share(
        sharing,
        1000,
        () => 1,
        () => 0.55,
      ),
    ).toBeGreaterThan(0.98);
  });

  test('that takes longer on a machine that is busy altogether keeps its helpers', () => {
    const sharing = begun();
    share(
      sharing,
      5000,
      () => 1,
      () => 0.55,
    );
    expect(
      share(
        sharing,
        5000,
        () => 3,
        () => 1.7,
      ),
    ).toBeGreaterThan(0.9);
  });
});

/** What a name that nobody knows was probably meant to be. */

const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();

/**
 * How much alike two names are: the share of their pairs of letters that they have in common (Dice
 * 1945); 1 also for initials, such as `lr` of `learningRate`.
 */
function likeness(received: string, name: string): number {
  const [a, b] = [plain(received), plain(name)];
  if (a === plain(name.replace(/\B[^A-Z]/g, ''))) return 1;
  let shared = 0;
  for (let i = 1; i < a.length; i++) shared += b.includes(a.slice(i - 1, i + 1)) ? 2 : 0;
  return shared / (a.length + b.length - 2);
}

/** ` Did you mean kernelSize?` for `kernel_size` or `kernel`; nothing if no name is half like it. */
export function didYouMean(received: string, names: readonly string[]): string {
  const [nearest, value] = names
    .map((name) => [name, likeness(received, name)] as const)
    .reduce((best, other) => (other[1] > best[1] ? other : best), ['', 0]);
  return value < 0.5 ? '' : ` Did you mean ${nearest}?`;
}

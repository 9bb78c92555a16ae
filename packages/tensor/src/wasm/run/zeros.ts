/**
 * Finds gradients that are mostly zeros. Of a convolution that is followed by max pooling, often with
 * a ReLU in between,
 *
 *     maxPool2dGradient → (0 where the pooling's input is not above 0) → gradients of the convolution
 *
 * only the winner of each window passes a gradient on, and only if it is above 0. If nobody else
 * reads what lies in between, the gradients of the convolution are computed from the winners alone.
 */
import {
  isSame,
  overlaps,
  type MaxPooling,
  type SampleWork,
  type Span,
  type SumWork,
  type Winners,
  type Work,
} from './work.ts';

/** Replaces gradients of convolutions, where that is possible, by work that leaves out zeros. */
export function withZerosLeftOut(recorded: readonly Work[]): readonly Work[] {
  const works = recorded.reduce<readonly Work[]>(
    (works, work) => (isPoolingGradient(work) ? withWinners(works, work) : works),
    recorded,
  );
  if (works === recorded) return recorded;
  const isRead = (span: Span): boolean => works.some(({ reads }) => overlaps(reads, span));
  return works.filter(
    (work) => work.kind !== 'units' || !work.isPreparation || work.writes.some(isRead),
  );
}

type PoolingGradient = SampleWork & Required<Pick<SampleWork, 'winners'>>;

const isPoolingGradient = (work: Work): work is PoolingGradient =>
  work.kind === 'samples' && work.winners !== undefined;

/** A work and where it stands. */
interface Placed<Kind extends Work = Work> {
  readonly work: Kind;
  readonly at: number;
}

/** The works with those that depend on this gradient replaced; the same works if one cannot be. */
function withWinners(works: readonly Work[], gradient: PoolingGradient): readonly Work[] {
  const placed = works.map((work, at) => ({ work, at }));
  const dInput = gradient.writes[0]!;
  const from = works.indexOf(gradient);
  const pooling = poolingOf(works.slice(0, from), gradient.winners);
  const gate = gateOf(placed, dInput);
  const source = gate ?? { work: gradient, at: from };
  const users = usersOf(placed, source);
  if (!pooling || !users || source.at < from) return works;

  const last = Math.max(...users.map(({ at }) => at));
  const stays = (span: Span, since: number): boolean =>
    works.slice(since + 1, last + 1).every(({ writes }) => !overlaps(writes, span));
  const staysAll =
    stays(pooling.positions, pooling.at) &&
    stays(gradient.reads[0]!, from) &&
    isWrittenOnce(works, dInput);
  if (!staysAll) return works;

  const replaced = new Map<Work, readonly Work[]>();
  let winners: Winners = gradient.winners;
  if (gate) {
    const isOfPooling = isSame(gate.work.reads[1]!, pooling.input);
    const isUnchanged = stays(pooling.input, pooling.at) && stays(pooled(pooling), pooling.at);
    if (!isOfPooling || !isUnchanged || !isWrittenOnce(works, gate.work.writes[0]!)) return works;
    const gated = gradient.winners.gatedBy(pooling.output);
    winners = gated.winners;
    replaced.set(gate.work, []).set(gradient, [gated.work]);
  } else replaced.set(gradient, []);
  for (const { work } of users) {
    const sparse = work.sparse?.fromWinners(winners);
    if (!sparse) return works;
    replaced.set(work, sparse);
  }
  return works.flatMap((work) => replaced.get(work) ?? [work]);
}

const pooled = ({ output: { data } }: MaxPooling): Span => ({
  address: data.byteOffset,
  bytes: data.byteLength,
});

/** The last pooling that found these winners. */
function poolingOf(
  works: readonly Work[],
  { positions }: Winners,
): (MaxPooling & { readonly at: number }) | undefined {
  const at = works.findLastIndex(({ writes }) => overlaps(writes, positions));
  const work = works[at];
  const pooling = work?.kind === 'samples' ? work.pooling : undefined;
  return pooling && isSame(pooling.positions, positions) ? { ...pooling, at } : undefined;
}

const readersOf = (works: readonly Placed[], span: Span): readonly Placed[] =>
  works.filter(({ work }) => overlaps(work.reads, span));

const isWrittenOnce = (works: readonly Work[], span: Span): boolean =>
  works.filter(({ writes }) => overlaps(writes, span)).length === 1;

/** The only reader of a gradient, if that is the gradient of a ReLU. */
function gateOf(works: readonly Placed[], dOutput: Span): Placed<SampleWork> | undefined {
  const [reader, ...others] = readersOf(works, dOutput);
  if (reader?.work.kind !== 'samples' || others.length > 0) return undefined;
  const { work, at } = reader;
  return work.isFinish === 'gate' && isSame(work.reads[0]!, dOutput) ? { work, at } : undefined;
}

/** All that read what `source` writes, if zeros can be left out of all of it. */
function usersOf(
  works: readonly Placed[],
  source: Placed<SampleWork>,
): readonly Placed<SampleWork | SumWork>[] | undefined {
  const dOutput = source.work.writes[0]!;
  const users = readersOf(works, dOutput).filter(
    (user): user is Placed<SampleWork | SumWork> =>
      'sparse' in user.work &&
      user.at > source.at &&
      isSame(user.work.sparse.dOutput, dOutput) &&
      user.work.reads.filter((span) => overlaps([span], dOutput)).length === 1,
  );
  const isComplete = users.length > 0 && users.length === readersOf(works, dOutput).length;
  return isComplete ? users : undefined;
}

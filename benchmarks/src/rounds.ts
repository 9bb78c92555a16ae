/** The number of rounds that a command line asks for. */
export function readRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new Error(`--rounds: expected a whole number of at least 1; received ${text}.`);
}

/**
 * Whether a module is run with helper threads: as long as that is faster. Where other programs compute, too,
 * a helper loses its core in the middle of a task now and then, and all wait for it; the calling thread may
 * then be faster alone. That is found out by trying, again and again, since it changes.
 */

/** Runs with helpers before they are judged. */
const TRIAL = 16;
/** Milliseconds alone after helpers were found to be slower, at first; each time twice as many. */
const FIRST_REST = 50;
const LONGEST_REST = 3000;
/** Runs alone, to learn again how long these take: engines compile better code meanwhile. */
const LOOK = 4;
/** Runs with helpers before the first look; then each time twice as many. */
const FIRST_LOOK = 64;
const RAREST_LOOK = 4096;

/** How much a new time counts in a mean that forgets. */
const OF_ALONE = 1 / 2;
const OF_SHARED = 1 / 16;

/** See the top of this file. */
export class Sharing {
  /** Milliseconds of a run without helpers, lately; 0 before there was one. */
  alone = 0;
  #shared = 0;
  /** Since helpers were tried anew. */
  #sharedRuns = 0;
  #looks = 0;
  #aloneUntil = 0;
  #rest = FIRST_REST;
  #untilLook = FIRST_LOOK;
  #lookAfter = FIRST_LOOK;

  /** When helpers are tried again, by `performance.now()`. */
  get aloneUntil(): number {
    return this.#aloneUntil;
  }

  /** Whether a run that begins now should have helpers. */
  isWorthwhile(now: number): boolean {
    return this.#looks === 0 && now >= this.#aloneUntil;
  }

  /** Takes in how long a run took without helpers. */
  ranAlone(milliseconds: number): void {
    this.alone += (this.alone === 0 ? 1 : OF_ALONE) * (milliseconds - this.alone);
    if (this.#looks > 0) this.#looks -= 1;
  }

  /**
   * Takes in how long a run took with helpers.
   * @param now - when it ended.
   * @returns whether helpers turn out to be slower.
   */
  ranShared(milliseconds: number, now: number): boolean {
    this.#sharedRuns += 1;
    // Of the first ones the plain mean, so that none of them counts more than others.
    const weight = Math.max(OF_SHARED, 1 / this.#sharedRuns);
    this.#shared += weight * (milliseconds - this.#shared);
    if (this.#sharedRuns < TRIAL) return false;
    if (this.#shared > this.alone) {
      this.#aloneUntil = now + this.#rest;
      this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
      this.#sharedRuns = 0;
      return true;
    }
    this.#untilLook -= 1;
    if (this.#untilLook === 0) {
      this.#looks = LOOK;
      this.#lookAfter = Math.min(2 * this.#lookAfter, RAREST_LOOK);
      this.#untilLook = this.#lookAfter;
      this.#rest = FIRST_REST;
    }
    return false;
  }
}

/**
 * A machine of its own for a server: a network namespace, reached by a cable of two virtual ends. Making
 * one takes Linux, its `ip` command and the right to change the network.
 */
import { execFileSync, spawnSync } from 'node:child_process';

/** The other machine. */
export interface OtherMachine {
  /** Its address, as seen from this one. */
  readonly address: string;
  /** What to put before a command so that it runs there. */
  readonly prefix: readonly string[];
  /** Takes it away again. */
  remove(): void;
}

/** Makes another machine, or says why it cannot. */
export function makeOtherMachine(): OtherMachine | string {
  const name = `convnet-${process.pid}`;
  // At most 15 letters.
  const [here, there] = [`cnv${process.pid}a`, `cnv${process.pid}b`];
  // A network for private use; one of 64 of its parts, by the process.
  const part = `10.203.${process.pid % 64}`;
  const ip = (...args: string[]): void => {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const remove = (): void => {
    // Takes its end of the cable with it, and so the other end.
    spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  };
  try {
    ip('netns', 'add', name);
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    ip('address', 'add', `${part}.1/24`, 'dev', here);
    ip('link', 'set', here, 'up');
    ip('-n', name, 'address', 'add', `${part}.2/24`, 'dev', there);
    ip('-n', name, 'link', 'set', there, 'up');
  } catch (error) {
    remove();
    return error instanceof Error ? error.message : String(error);
  }
  return { address: `${part}.2`, prefix: ['ip', 'netns', 'exec', name], remove };
}

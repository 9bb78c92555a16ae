/**
 * What no call may do: take gigabytes, leave a port open, or reach the network. Imported first.
 */
import dns from 'node:dns';
import { Server } from 'node:net';

/** The largest array that a call may make, in bytes. */
const MOST_BYTES = 2 ** 31;

/** What a call did that no call may; empty again after it was read. */
const broken: string[] = [];

/** What was done since the last time. */
export function takeBroken(): string[] {
  const open = process.getActiveResourcesInfo().filter((name) => /^(TCP|Pipe)Server/.test(name));
  return [...broken.splice(0), ...open.map((name) => `left a ${name} open`)];
}

// Such as a timer that is too long, and so begins at once.
process.on('warning', ({ name, message }) => broken.push(`a warning: ${name}: ${message}`));

// No call may reach the network, whatever mirrors and hosts it is given; addresses are not looked up.
globalThis.fetch = () => Promise.reject(new Error('no network'));
Object.assign(dns, {
  lookup(...args: unknown[]) {
    const error = new Error('getaddrinfo ENOTFOUND');
    const answer = args.at(-1) as (error: Error) => void;
    process.nextTick(answer, Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
  },
});

/** Each port is a free one, instead of one that another program wants. */
const listen = Reflect.get(Server.prototype, 'listen') as (...args: unknown[]) => Server;
Server.prototype.listen = function (this: Server, port: unknown, ...others: unknown[]) {
  const isPort = Number.isInteger(port) && (port as number) >= 0 && (port as number) < 2 ** 16;
  return listen.call(this, isPort ? 0 : port, ...others);
};

function guarded<T extends new (...args: never[]) => ArrayBuffer | ArrayBufferView>(
  constructor: T,
  bytesEach: number,
): T {
  return new Proxy(constructor, {
    construct(target, args: never[], newTarget) {
      const [length] = args as unknown[];
      if (typeof length === 'number' && length * bytesEach > MOST_BYTES) {
        broken.push(`made ${target.name} of ${length} at once`);
        throw new RangeError('too large for this test');
      }
      return Reflect.construct(target, args, newTarget) as ArrayBuffer;
    },
  });
}

const arrays = [
  ...[Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array],
  ...[Uint32Array, Int32Array, Float32Array, Float64Array],
];
for (const constructor of arrays) {
  const name = constructor.name;
  Object.assign(globalThis, {
    [name]: guarded(constructor as never, constructor.BYTES_PER_ELEMENT),
  });
}
Object.assign(globalThis, {
  ArrayBuffer: guarded(ArrayBuffer, 1),
  SharedArrayBuffer: guarded(SharedArrayBuffer as never, 1),
});

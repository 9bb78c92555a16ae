/**
 * Starts a worker from a program text, in Node or a browser, so that no file has to be found and
 * no bundler be told. In Node the module for workers is reached without an import, so that the
 * library loads everywhere.
 */

/** A running worker. */
export interface WorkerHandle {
  stop(): void;
}

/** The part of Node's `worker_threads` that is used. */
interface NodeWorkers {
  readonly Worker: new (
    program: string,
    options: { readonly eval: true; readonly workerData: unknown; readonly stdin: false },
  ) => { unref(): void; terminate(): unknown; on(event: 'error', listener: () => void): void };
  readonly availableParallelism?: () => number;
}

interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

const nodeModule = (name: string): unknown =>
  (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.(name);

/** Starts a worker; undefined where there are none, or where memory cannot be shared with them. */
export function startWorker(program: string, data: unknown): WorkerHandle | undefined {
  const node = nodeModule('node:worker_threads') as NodeWorkers | undefined;
  try {
    if (node) {
      const worker = new node.Worker(program, { eval: true, workerData: data, stdin: false });
      worker.unref();
      // One that ends while it starts is never waited for; unheard, its error would end the process.
      worker.on('error', () => undefined);
      return { stop: () => void worker.terminate() };
    }
    if (!canShareMemory()) return undefined;
    const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.postMessage(data);
    return {
      stop: () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      },
    };
  } catch {
    return undefined; // too many threads, or a content security policy without blob: workers
  }
}

/** Browsers share memory with the workers of isolated pages only. */
function canShareMemory(): boolean {
  return typeof Worker === 'function' && globalThis.crossOriginIsolated;
}

/** Threads that this machine runs at once. */
export function hardwareThreads(): number {
  const node = nodeModule('node:os') as { availableParallelism?: () => number } | undefined;
  if (node?.availableParallelism) return node.availableParallelism();
  return canShareMemory() ? navigator.hardwareConcurrency : 1;
}

/** Processes that compute for ever, as what people have open beside a training does at times. */
import { spawn } from 'node:child_process';

/** Starts so many; returns what ends them. */
export function keepBusy(count: number): () => void {
  const processes = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return () => {
    for (const child of processes) child.kill('SIGKILL');
  };
}

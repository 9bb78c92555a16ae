import { readFileSync } from 'node:fs';

/** Most memory that the process ever had, in bytes. */
export function peakMemory(): number {
  // Linux counts the parent's memory in maxRSS.
  const kibibytes =
    process.platform === 'linux'
      ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
      : process.resourceUsage().maxRSS;
  return kibibytes * 1024;
}

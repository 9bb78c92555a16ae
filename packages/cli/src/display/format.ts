/** Numbers and tables as people read them. */

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A size as `12 kB` or `53.5 MB`, in powers of 1000. */
export function bytes(value: number): string {
  return value < 1e6 ? `${Math.ceil(value / 1000)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

/** A share 0 … 1 as `98.61 %`; `–` where there is none. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(100 * share).toFixed(2)} %`;
}

/** Seconds as `8 s`, `1:05` or `2:01:05`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** Rows of `name  value`, the values in one column. */
export function definitions(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

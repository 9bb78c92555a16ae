/** Values of emitted code that are used more than once. */
import type { Code, Local } from './code.ts';

/** Emits an expression and keeps its value in a new local. */
export function keep(code: Code, emit: () => void): Local {
  const value = code.local('v128');
  emit();
  code.set(value);
  return value;
}

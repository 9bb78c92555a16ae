/** Which rungs this engine can run. */
import { Code } from '../emit/code.ts';
import { fusedMultiplyAdd, multiplyThenAdd } from '../emit/contraction.ts';
import type { WasmRung } from './engine.ts';
import { WasmMemory } from './memory.ts';
import { moduleBytes } from '../emit/module.ts';

const supported = new Set<WasmRung>();

/**
 * Whether this engine compiles the instructions of `rung`, on a shared memory. A content policy lets it
 * validate a module and then not compile it, so it is compiled.
 */
export function supportsWasm(rung: WasmRung): boolean {
  // A no is asked again: an application may switch an engine's feature on.
  if (!supported.has(rung) && compiles(rung)) supported.add(rung);
  return supported.has(rung);
}

function compiles(rung: WasmRung): boolean {
  const code = new Code([]);
  const x = code.local('v128');
  (rung === 'relaxed' ? fusedMultiplyAdd : multiplyThenAdd)(code, x, x, x);
  try {
    new WebAssembly.Module(moduleBytes([code]));
    return new WasmMemory().take(1) > 0;
  } catch {
    return false;
  }
}

/**
 * The key of what `using` calls at the end of a block. Engines that have none yet get that of the tools
 * which translate `using` for them.
 */
declare global {
  interface SymbolConstructor {
    /** As in TypeScript's `esnext.disposable`, which a program need not have. */
    readonly dispose: unique symbol;
  }
}

const known = Symbol as { readonly dispose?: typeof Symbol.dispose };

/** See the top of this file. */
export const disposeSymbol: typeof Symbol.dispose =
  known.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

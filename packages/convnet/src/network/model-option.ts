/** Models from callers, which may be of another copy of this package. */
import { OptionError, shown } from '@convnet/tensor/inference';

/** A model, known by its layers. @throws OptionError for anything else. */
export function modelOption<T extends { readonly layers: unknown }>(model: T, where: string): T {
  if (Array.isArray((model as Partial<T> | undefined | null)?.layers)) return model;
  throw new OptionError(`${where}: expected a model; received ${shown(model)}.`);
}

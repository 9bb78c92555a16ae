/**
 * The files that come with this package. Sources (`src/`) and build output (`dist/`) lie one
 * folder below its root, so this module finds them from either.
 */
import { fileURLToPath } from 'node:url';

const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The network that is served when there is no other. */
export const SHIPPED_MODEL_FILE = inPackage('models/mnist.safetensors');

/** The built page: `index.html` and what it loads. */
export const PAGE_FOLDER = inPackage('dist/page');

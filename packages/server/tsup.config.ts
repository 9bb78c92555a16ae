import type { Options } from 'tsup';
import { packageBuild } from '../../tsup.shared.ts';

const shared = packageBuild({ index: 'src/index.ts', main: 'src/main.ts' }) as Options;

/** `import.meta.url` works in the CommonJS files too, and the page in `dist/page` stays. */
const config: Options = { ...shared, shims: true, clean: ['!page/**'] };
export default config;

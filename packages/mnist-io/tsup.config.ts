import type { Options } from 'tsup';
import { packageBuild } from '../../tsup.shared.ts';

const shared = packageBuild({ index: 'src/index.ts', node: 'src/node/index.ts' }) as Options;

/** csv-parse, which is bundled, imports Node's streams without the prefix `node:`. */
const config: Options = { ...shared, external: ['stream'] };
export default config;

/** Serves the bundled worker in workerd and asks it once: `in-workerd.mjs BUNDLE MODEL`. */
import { Miniflare } from 'miniflare';
import { readFileSync } from 'node:fs';

const [bundle, model] = process.argv.slice(2);
const miniflare = new Miniflare({
  modules: true,
  script: readFileSync(bundle, 'utf8'),
  compatibilityDate: '2025-05-05',
  cf: false, // No question to Cloudflare about where this machine is.
});
try {
  const body = readFileSync(model);
  const answer = await miniflare.dispatchFetch('http://localhost/', { method: 'POST', body });
  console.log(await answer.text());
} finally {
  await miniflare.dispose();
}

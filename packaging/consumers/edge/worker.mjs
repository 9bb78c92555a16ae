/** The worker: takes a model file and answers with JSON. */
import { answers } from './answers.mjs';

/** What the runtime does with WebAssembly from bytes: nothing, or this test would show nothing. */
function compilesBytes() {
  try {
    new globalThis.WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}

export default {
  async fetch(request) {
    const file = new Uint8Array(await request.arrayBuffer());
    return globalThis.Response.json({ compilesBytes: compilesBytes(), ...(await answers(file)) });
  },
};

/**
 * `@convnet/server`: networks behind the Open Inference Protocol, and a page to draw digits on.
 * The program is `convnet-server`; this is for embedding it.
 */
export { createApp, type AppOptions } from './create-app.ts';
export { serveModel, DEFAULT_MODEL_NAME, type ServedModel } from './served-model.ts';
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts';
export { MAX_BATCH_SIZE, MAX_BODY_BYTES, MAX_DATA_DEPTH } from './protocol/limits.ts';

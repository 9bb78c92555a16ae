/**
 * The Open Inference Protocol, version 2, over REST
 * (github.com/kserve/open-inference-protocol, `specification/protocol/inference_rest.md`), and
 * the index of Triton's model repository extension, by which a client learns the models' names.
 */
import express, { Router, type Request, type RequestHandler } from 'express';
import { version as packageVersion } from '../../package.json';
import type { ServedModel } from '../served-model.ts';
import { quote } from './describe-value.ts';
import { infer } from './infer.ts';
import { readInferRequest } from './infer-request.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { modelMetadata } from './model-metadata.ts';
import { onlyMethod } from './only-method.ts';
import { RequestError } from './request-error.ts';

/** The models behind the routes. */
export interface ProtocolOptions {
  /** The models by name. A `Map`, so that no name reaches anything but a model. */
  readonly models: ReadonlyMap<string, ServedModel>;
  /** Whether the server is about to stop and wants no new clients. */
  readonly isDraining: () => boolean;
}

const MODEL = '/v2/models/:name{/versions/:version}';

/** Other types are refused, also so that no page of another origin can send a form here. */
const requireJson: RequestHandler = (request, _response, next) => {
  // `is` gives null where there is no body, whatever the type.
  if (request.is('application/json') !== false) {
    next();
    return;
  }
  const received = request.headers['content-type'] ?? '';
  throw new RequestError(
    415,
    `Content-Type: expected application/json; received ${quote(received)}.`,
  );
};

/** Routes of the protocol, to be mounted at the root. */
export function protocolRoutes({ models, isDraining }: ProtocolOptions): Router {
  const router = Router({ caseSensitive: true });

  const modelOf = ({ params }: Request): ServedModel => {
    const { name, version } = params as { name: string; version?: string };
    const model = models.get(name);
    if (model && (version === undefined || version === model.version)) return model;
    const known = [...models.values()].map((each) => `${each.name} version ${each.version}`);
    const asked = quote(name) + (version === undefined ? '' : ` version ${quote(version)}`);
    throw new RequestError(404, `model: expected ${known.join(' or ')}; received ${asked}.`);
  };
  const findModel: RequestHandler = (request, response, next) => {
    response.locals['model'] = modelOf(request);
    next();
  };

  onlyMethod(router, 'get', '/v2', (_request, response) => {
    response.json({ name: 'convnet', version: packageVersion, extensions: [] });
  });
  onlyMethod(router, 'get', '/v2/health/live', (_request, response) => {
    response.json({ live: true });
  });
  onlyMethod(router, 'get', '/v2/health/ready', (_request, response) => {
    const ready = !isDraining();
    response.status(ready ? 200 : 503).json({ ready });
  });
  onlyMethod(router, 'post', '/v2/repository/index', (_request, response) => {
    const state = isDraining() ? 'UNAVAILABLE' : 'READY';
    response.json([...models.values()].map(({ name, version }) => ({ name, version, state })));
  });
  onlyMethod(router, 'get', MODEL, (request, response) => {
    response.json(modelMetadata(modelOf(request)));
  });
  onlyMethod(router, 'get', `${MODEL}/ready`, (request, response) => {
    const { name } = modelOf(request);
    const ready = !isDraining();
    response.status(ready ? 200 : 503).json({ name, ready });
  });
  onlyMethod(
    router,
    'post',
    `${MODEL}/infer`,
    findModel,
    requireJson,
    express.json({ limit: MAX_BODY_BYTES }),
    async (request, response) => {
      const model = response.locals['model'] as ServedModel;
      response.json(await infer(model, readInferRequest(request.body, model)));
    },
  );
  return router;
}

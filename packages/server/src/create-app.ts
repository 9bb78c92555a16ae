/** The server as an Express application, without a port; to be started, embedded or tested. */
import {
  checkOptions,
  functionOption,
  objectOption,
  OptionError,
  textOption,
} from '@convnet/convnet';
import express, { type Express } from 'express';
import { pageRoutes } from './page-routes.ts';
import { answerErrors } from './protocol/answer-errors.ts';
import { quote } from './protocol/describe-value.ts';
import { protocolRoutes } from './protocol/protocol-routes.ts';
import { RequestError } from './protocol/request-error.ts';
import { securityHeaders } from './security-headers.ts';
import type { ServedModel } from './served-model.ts';

/** The models and settings of an application. */
export interface AppOptions {
  /** The models, each under a name of its own; the page shows the first. */
  readonly models: readonly ServedModel[];
  /** Whether readiness is to be denied because the server is about to stop. Default: never. */
  readonly isDraining?: () => boolean;
  /** Folder of the built page; default the one in this package. */
  readonly pageFolder?: string;
}

/**
 * An Express application with the inference protocol below `/v2` and the page at `/`.
 *
 * @throws OptionError for an option that there is not, or if two models have one name.
 * @example
 * ```ts
 * const app = createApp({ models: [serveModel(await loadModel('simple.safetensors'))] });
 * app.listen(3000);
 * ```
 */
export function createApp(options: AppOptions): Express {
  checkOptions(options, 'models isDraining pageFolder', 'createApp');
  const { isDraining = () => false, pageFolder } = options;
  functionOption(isDraining, 'createApp isDraining');
  if (pageFolder !== undefined && textOption(pageFolder, 'createApp pageFolder') === '') {
    throw new OptionError('createApp pageFolder: expected the path of a folder; received "".');
  }
  const models: unknown = options.models;
  if (!Array.isArray(models)) {
    throw new OptionError(`createApp models: expected a list; received ${typeof models}.`);
  }
  for (const model of options.models) {
    objectOption(model, 'createApp model');
    textOption(model.name, 'createApp model.name');
    textOption(model.version, 'createApp model.version, as serveModel gives it');
    functionOption(model.predict, 'createApp model.predict');
  }
  const named = new Map(options.models.map((model) => [model.name, model]));
  if (named.size !== options.models.length) {
    throw new OptionError('createApp: expected every model to have a name of its own.');
  }
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders());
  app.use(protocolRoutes({ models: named, isDraining }));
  app.use(pageRoutes(pageFolder));
  app.use((request) => {
    throw new RequestError(
      404,
      `path: expected / or a path of the Open Inference Protocol below /v2; received ${quote(request.path)}.`,
    );
  });
  app.use(answerErrors);
  return app;
}

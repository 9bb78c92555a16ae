import { Tensor } from '@convnet/convnet';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { smallModel, someImages } from '../../test/support/small-model.ts';
import { serveModel, type ServedModel } from '../served-model.ts';
import { startServer, type RunningServer } from '../start-server.ts';
import { MAX_BATCH_SIZE, MAX_BODY_BYTES } from './limits.ts';

const model = smallModel();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ models: [serveModel(model)], port: 0 });
});
afterAll(async () => {
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly allow: string | undefined;
}

/** Sends a path as it is; `fetch` would resolve `..` before it leaves. */
function ask(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0, headers: received } = response;
        const json: unknown = text === '' ? undefined : JSON.parse(text);
        resolve({ status: statusCode, body: json, allow: received.allow });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const INFER = '/v2/models/mnist/infer';
const post = (body: unknown): Promise<Answer> => ask('POST', INFER, JSON.stringify(body));

/** A request of `count` images, with parts of the request or of its input replaced. */
function inferBody(count = 1, input: object = {}, request: object = {}): Record<string, unknown> {
  const { shape, data } = someImages(count);
  const image = { name: 'image', datatype: 'FP32', shape, data: Array.from(data), ...input };
  return { inputs: [image], ...request };
}

/** Rows of rows: the same numbers as lists within lists. */
function nest(data: readonly unknown[], shape: readonly number[]): readonly unknown[] {
  return shape
    .slice(1)
    .reverse()
    .reduce<readonly unknown[]>(
      (flat, size) =>
        Array.from({ length: flat.length / size }, (_, i) => flat.slice(i * size, (i + 1) * size)),
      data,
    );
}

describe('what the server tells', () => {
  const metadata = {
    name: 'mnist',
    versions: ['1'],
    platform: 'convnet_safetensors',
    inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 28, 28, 1] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10] }],
    parameters: {
      architecture: 'simple',
      class_names: '["0","1","2","3","4","5","6","7","8","9"]',
      preprocessing_mean: 0.1307,
      preprocessing_standard_deviation: 0.3081,
      test_accuracy: 0.125,
      trained_on: 'nothing',
    },
  };

  test.each<[string, string, unknown]>([
    ['GET', '/v2', { name: 'convnet', version: expect.any(String) as string, extensions: [] }],
    ['GET', '/v2/', { name: 'convnet', version: expect.any(String) as string, extensions: [] }],
    ['GET', '/v2/health/live', { live: true }],
    ['GET', '/v2/health/ready', { ready: true }],
    ['GET', '/v2/models/mnist', metadata],
    ['GET', '/v2/models/mnist/versions/1', metadata],
    ['GET', '/v2/models/mnist/ready', { name: 'mnist', ready: true }],
    ['GET', '/v2/models/mnist/versions/1/ready', { name: 'mnist', ready: true }],
    ['POST', '/v2/repository/index', [{ name: 'mnist', version: '1', state: 'READY' }]],
    ['HEAD', '/v2/health/live', undefined],
  ])('%s %s', async (method, path, body) => {
    expect(await ask(method, path)).toEqual({ status: 200, body, allow: undefined });
  });
});

describe('infer', () => {
  const expected = (count: number): number[] => Array.from(model.predict(someImages(count)).data);

  test.each([1, 2, 3, 17, 64])('answers exactly what predict gives, batch of %i', async (count) => {
    const { shape, data } = someImages(count);
    const answer = {
      model_name: 'mnist',
      model_version: '1',
      outputs: [
        { name: 'probabilities', datatype: 'FP32', shape: [count, 10], data: expected(count) },
      ],
    };
    for (const sent of [Array.from(data), nest(Array.from(data), shape)]) {
      expect(await post(inferBody(count, { data: sent }))).toEqual({ status: 200, body: answer });
    }
  });

  test('answers requests at the same time each by its own', async () => {
    const counts = [1, 5, 2, 9, 1, 30];
    const answers = await Promise.all(counts.map((count) => post(inferBody(count))));
    for (const [index, { body }] of answers.entries()) {
      expect(body).toMatchObject({ outputs: [{ data: expected(counts[index]!) }] });
    }
  });

  test.each<[string, object]>([
    ['an id', { id: 'mine' }],
    ['an empty id', { id: '' }],
    ['the output by name', { outputs: [{ name: 'probabilities' }] }],
    ['no outputs by name, which is all', { outputs: [] }],
    ['unknown parameters', { parameters: { sequence_id: 3 }, outputs: [{ name: 'probabilities', parameters: { x: 1 } }] }], // prettier-ignore
    ['unknown members', { something: [[[]]], constructor: 1 }],
  ])('takes %s', async (_, request) => {
    const { status, body } = await post(inferBody(1, {}, request));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...('id' in request && { id: request.id }),
      outputs: [{ name: 'probabilities', data: expected(1) }],
    });
  });

  test('takes a version in the path and a compressed body', async () => {
    const body = gzipSync(JSON.stringify(inferBody()));
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    const answer = await ask('POST', '/v2/models/mnist/versions/1/infer', body, headers);
    expect(answer.status).toBe(200);
  });

  const numbers = Array.from(someImages(1).data);
  const withFirst = (first: unknown): unknown[] => [first, ...numbers.slice(1)];

  test.each<[string, unknown, RegExp]>([
    ['a list as body', [], /^body: expected a JSON object; received \[\]/],
    ['no inputs', {}, /^inputs: .* received nothing/],
    ['inputs inherited', JSON.parse('{"__proto__": {"inputs": []}}'), /^inputs: .*nothing/],
    ['inputs null', { inputs: null }, /^inputs: .* received null/],
    ['no input', { inputs: [] }, /^inputs: expected a list of one input/],
    ['two inputs', { inputs: [{}, {}] }, /^inputs: .* received a list of 2/],
    ['a number as input', { inputs: [5] }, /^inputs\[0\]: expected a JSON object; received \[?5/],
    ['another name', inferBody(1, { name: '__proto__' }), /name: expected "image"/],
    ['a name of another case', inferBody(1, { name: 'Image' }), /received "Image"/],
    ['no name', inferBody(1, { name: undefined }), /name: .* received nothing/],
    ['another datatype', inferBody(1, { datatype: 'UINT8' }), /datatype: expected "FP32"/],
    ['no datatype', inferBody(1, { datatype: undefined }), /datatype: .* received nothing/],
    ['no shape', inferBody(1, { shape: undefined }), /shape: expected \[N, 28, 28, 1\]/],
    ['a shape of other sizes', inferBody(1, { shape: [1, 1, 28, 28] }), /\[1, 1, 28, 28\]/],
    ['a shape of fewer sizes', inferBody(1, { shape: [1, 784] }), /received \[1, 784\]/],
    ['a shape of text', inferBody(1, { shape: ['1', 28, 28, 1] }), /a list of 4/],
    ['a shape that is no list', inferBody(1, { shape: '[1,28,28,1]' }), /shape/],
    ['half a sample', inferBody(1, { shape: [0.5, 28, 28, 1] }), /0\.5/],
    ['no samples', inferBody(1, { shape: [0, 28, 28, 1], data: [] }), /1 to 1024 samples/],
    ['fewer than none', inferBody(1, { shape: [-1, 28, 28, 1] }), /received -1/],
    ['too many samples', inferBody(1, { shape: [MAX_BATCH_SIZE + 1, 28, 28, 1] }), /1025/],
    ['no data', inferBody(1, { data: undefined }), /data: .* received nothing/],
    ['data that is no list', inferBody(1, { data: { 0: 1 } }), /data: .* received an object/],
    ['a number too few', inferBody(1, { data: numbers.slice(1) }), /expected 784 .* received 783/],
    ['a number too many', inferBody(1, { data: [...numbers, 0] }), /784 .* received more/],
    ['data of another batch', inferBody(2, { shape: [3, 28, 28, 1] }), /2352 .* received 1568/],
    ['text in data', inferBody(1, { data: withFirst('0') }), /received "0" as element 0/],
    ['null in data', inferBody(1, { data: withFirst(null) }), /received null as element 0/],
    ['a boolean in data', inferBody(1, { data: withFirst(true) }), /received true/],
    ['an object in data', inferBody(1, { data: withFirst({}) }), /received an object/],
    ['more than a float32', inferBody(1, { data: withFirst(1e39) }), /finite float32 .* 1e\+39/],
    ['data nested 9 deep', inferBody(1, { data: [[[[[[[[numbers]]]]]]]] }), /at most 8 deep/],
    ['a number as id', inferBody(1, {}, { id: 7 }), /^id: expected a string; received 7/],
    ['a list as parameters', inferBody(1, {}, { parameters: [] }), /^parameters: /],
    ['text as parameters', inferBody(1, { parameters: 'x' }), /^inputs\[0\]\.parameters: /],
    ['an object as outputs', inferBody(1, {}, { outputs: {} }), /^outputs: /],
    ['text as output', inferBody(1, {}, { outputs: ['probabilities'] }), /^outputs\[0\]: /],
    ['an unknown output', inferBody(1, {}, { outputs: [{ name: 'x' }] }), /^outputs\[0\]\.name/],
    ['bad output parameters', inferBody(1, {}, { outputs: [{ name: 'probabilities', parameters: 1 }] }), /^outputs\[0\]\.parameters/], // prettier-ignore
  ])('refuses %s', async (_, body, message) => {
    expect(await post(body)).toEqual({
      status: 400,
      body: { error: expect.stringMatching(message) as string },
    });
  });

  const json = { 'Content-Type': 'application/json' };
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const inDeepData = JSON.stringify(inferBody(1, { data: 'HERE' })).replace('"HERE"', deep);
  const infinite = JSON.stringify(inferBody(1, { data: ['HERE'] })).replace('"HERE"', '1e999');

  test.each<[string, number, string | Buffer, Record<string, string>, RegExp]>([
    ['no body', 400, '', json, /^inputs: .* received nothing/],
    ['half of a body', 400, '{"inputs": [', json, /^body: expected JSON; /],
    ['text', 400, 'hello', json, /^body: expected JSON; /],
    ['NaN', 400, '{"inputs": [NaN]}', json, /^body: expected JSON; /],
    ['1e999', 400, infinite, json, /finite float32 numbers; received Infinity/],
    ['lists nested 100 000 deep', 400, deep, json, /^body: expected a JSON object/],
    ['data nested 100 000 deep', 400, inDeepData, json, /at most 8 deep/],
    ['a form', 415, 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }, /x-www-form/],
    ['a picture', 415, '\x89PNG\r\n\x1a\n', { 'Content-Type': 'image/png' }, /image\/png/],
    ['no content type', 415, '{}', {}, /^Content-Type: expected application\/json/],
    ['another charset', 415, '{}', { 'Content-Type': 'application/json; charset=x' }, /charset/],
    ['another compression', 415, '{}', { ...json, 'Content-Encoding': 'zip' }, /encoding/],
    ['a huge body', 413, Buffer.alloc(MAX_BODY_BYTES + 1, ' '), json, /at most 8388608 bytes/],
    ['a small body that unpacks to a huge one', 413, gzipSync(Buffer.alloc(MAX_BODY_BYTES * 4, ' ')), { ...json, 'Content-Encoding': 'gzip' }, /at most 8388608 bytes/], // prettier-ignore
  ])('refuses %s', async (_, status, body, headers, message) => {
    expect(await ask('POST', INFER, body, headers)).toEqual({
      status,
      body: { error: expect.stringMatching(message) as string },
      allow: undefined,
    });
  });
});

describe('paths that are not there', () => {
  const long = 'x'.repeat(10_000);

  test.each<[string, string, number]>([
    ['GET', '/nothing', 404],
    ['GET', '/V2', 404],
    ['GET', '/v2/models', 404],
    ['GET', '/v2/models/other', 404],
    ['POST', '/v2/models/other/infer', 404],
    ['GET', '/v2/models/mnist/versions/2', 404],
    ['POST', '/v2/models/mnist/versions/2/infer', 404],
    ['GET', '/v2/models/__proto__', 404],
    ['POST', '/v2/models/__proto__/infer', 404],
    ['GET', '/v2/models/constructor', 404],
    ['GET', '/v2/models/Mnist', 404],
    ['GET', '/v2/models/../x', 404],
    ['GET', '/v2/models/%2e%2e', 404],
    ['GET', '/v2/models/..%2f..%2fetc%2fpasswd', 404],
    ['GET', '/..%2f..%2fpackage.json', 404],
    ['GET', '/../package.json', 404],
    ['GET', '/v2/models/%00', 404],
    ['GET', `/v2/models/${long}`, 404],
    ['GET', '/v2/models/%E0%A4%A', 400],
  ])('%s %.40s is %i', async (method, path, status) => {
    const answer = await ask(method, path, method === 'POST' ? '{}' : undefined);
    expect(answer).toEqual({
      status,
      body: { error: expect.stringMatching(/^.{10,300}$/) as string },
      allow: undefined,
    });
  });

  test.each([
    ['POST', '/v2', 'GET, HEAD'],
    ['DELETE', '/v2/health/live', 'GET, HEAD'],
    ['PUT', '/v2/health/ready', 'GET, HEAD'],
    ['OPTIONS', '/v2/models/mnist', 'GET, HEAD'],
    ['PATCH', '/v2/models/mnist/ready', 'GET, HEAD'],
    ['GET', INFER, 'POST'],
    ['PUT', '/v2/models/mnist/versions/1/infer', 'POST'],
    ['GET', '/v2/repository/index', 'POST'],
    ['POST', '/', 'GET, HEAD'],
  ])('%s %s is a wrong method', async (method, path, allow) => {
    expect(await ask(method, path)).toEqual({
      status: 405,
      body: { error: expect.stringContaining(allow) as string },
      allow,
    });
  });
});

describe('a model that fails', () => {
  async function askModel(predict: ServedModel['predict']): Promise<[number, string]> {
    const failing = await startServer({ models: [{ ...serveModel(model), predict }], port: 0 });
    const response = await fetch(new URL(INFER, failing.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(inferBody()),
    });
    const answer: [number, string] = [response.status, await response.text()];
    await failing.close();
    return answer;
  }

  test('is answered with 500, and the details go to the log', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const error = new Error('secret');
    const [status, text] = await askModel(() => Promise.reject(error));
    expect(status).toBe(500);
    expect(text).toMatch(/^\{"error":"[^"]{10,100}"\}$/);
    expect(text).not.toContain('secret');
    expect(log.mock.calls).toEqual([[error]]);
    log.mockRestore();
  });

  test('never answers with what JSON cannot say', async () => {
    const overflown = new Tensor(new Float32Array(10).fill(NaN), [1, 10]);
    const [status, text] = await askModel(() => Promise.resolve(overflown));
    expect(status).toBe(400);
    expect(text).toContain('Check the preprocessing.');
  });
});

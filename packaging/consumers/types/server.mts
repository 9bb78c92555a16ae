import { sequential } from '@convnet/convnet';
import { createApp, serveModel, startServer, type RunningServer } from '@convnet/server';
import { createServer, type Server } from 'node:http';

const model = serveModel(sequential({ inputShape: [4], layers: [] }), { name: 'mine' });

export const embedded: Server = createServer(createApp({ models: [model] }));

export async function start(port: number): Promise<string> {
  const server: RunningServer = await startServer({ models: [model], port });
  await server.close();
  return server.url;
}

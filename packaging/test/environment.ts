/** Variables for programs that print for a test: no colours, which Nx asks for, and no network. */
export function plainEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, CONVNET_OFFLINE: '1', ...extra };
  delete env['FORCE_COLOR'];
  return env;
}

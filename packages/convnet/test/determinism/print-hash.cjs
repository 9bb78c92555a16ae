/** `print-hash.cjs <backend> <threads>`: prints the hash of a training, by CommonJS. */
const convnet = require('@convnet/convnet');

void import('./training-hash.js').then(async ({ trainingHash }) => {
  const [backend, threads] = process.argv.slice(2);
  console.log((await trainingHash(convnet, { backend, threads: Number(threads) })).hash);
});

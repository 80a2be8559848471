// The program of a pipeline's thread, except that one named after a way to die does so as soon as rows may flow.
import { parentPort, workerData } from 'node:worker_threads';

const deaths = {
  'dies-throwing': () => {
    throw new Error('thrown where nobody catches');
  },
  'dies-exiting': () => process.exit(7),
  'dies-of-memory': () => {
    const hoard = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, Math.random));
  },
};
const die = deaths[workerData.name];
if (die) {
  const post = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = (message) => {
    post(message);
    if (message.kind === 'running') setImmediate(() => die());
  };
}
await import('../dist/pipeline-main.js');

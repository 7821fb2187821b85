import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** Where npm's package `node` puts its binary. */
export function node24Of(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/** What Node has compiled once starts in half of the time; it goes with the packages that it was made from. */
function compileCacheOf(root) {
  return join(root, 'node_modules', '.cache', 'compiled');
}

/** Runs a script under Node 24 and ends as it ends: the same exit code, or the same signal. */
export function runProgram(root, words) {
  const node24 = node24Of(root);
  const path = [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  const child = spawn(node24, words, {
    // The channel tells the child when this process is killed without a chance to pass anything on.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: compileCacheOf(root), ...process.env, PATH: path.join(delimiter) },
  });
  const pass = (signal) => {
    // A terminal's Ctrl-C reaches the whole process group by itself; a second one would mean "force".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  child.on('error', (fault) => {
    process.stderr.write(`nightshift: Node 24 does not start: ${fault.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

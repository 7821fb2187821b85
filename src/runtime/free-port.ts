import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below what Linux (32768) and others (49152) hand out to outgoing connections: one of those may take a port between the
 * moment that it was found free and the moment that a server binds it.
 * https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
 */
const lowestPort = 12_000;
const highestPort = 32_000;
const attempts = 100;
/** Longer than any server that is started here needs to bind its port, or to be stopped and started again on it. */
const heldMs = 3_600_000;
const taken = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on at this moment, and that no other call here or in a process beside was given lately. */
export async function takeFreePort(pick = () => randomInt(lowestPort, highestPort)): Promise<number> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const port = pick();
    if (taken.has(port)) continue;
    taken.add(port);
    if ((await hold(port)) && (await isPortFree(port))) return port;
  }
  return await takeAnyPort();
}

/**
 * Nobody can keep a port for a server that has yet to bind it, but processes of ours can tell each other: by a socket of the
 * abstract namespace, which is gone with its process. False where another one has it; where there is no such namespace
 * nobody is asked. https://man7.org/linux/man-pages/man7/unix.7.html
 */
function hold(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  return new Promise((resolve) => {
    const sign = createServer().unref();
    sign.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    sign.listen(`\0nightshift-port-${port}`, () => {
      setTimeout(() => sign.close(), heldMs).unref();
      resolve(true);
    });
  });
}

/** Could a server listen on this port of 127.0.0.1 now? */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function takeAnyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

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

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function takeFreePort(): Promise<number> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const port = randomInt(lowestPort, highestPort);
    if (await isPortFree(port)) return port;
  }
  return await takeAnyPort();
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

import type { IncomingMessage } from 'node:http';

/**
 * Why a request is refused, if it is. A Host that is not ours is a name rebound to 127.0.0.1; a POST from another origin is
 * a page that somebody else wrote. Requests without Origin come from programs.
 */
export function whyRefused({ headers, method }: IncomingMessage, port: number): string | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (!host || !hosts.includes(host)) return 'only 127.0.0.1 and localhost are served';
  if (method === 'GET' || origin === undefined) return undefined;
  return hosts.some((one) => origin === `http://${one}`) ? undefined : 'requests of other origins are refused';
}

import type { Row } from './console.ts';

/** Where an entry of [databases] leads, as it is reached from here. */
export type Lead = { host: string; port: number };

/**
 * Pure: where a row of `SHOW DATABASES` leads; null where it does not say one host and port. What the pooler calls its own machine
 * is, from here, the pooler's host; an empty host is a socket there.
 */
export function leadOf(row: Row, poolerHost: string): Lead | null {
  const port = numberIn(row['port']);
  const [host, ...more] = hostsOf(row, poolerHost);
  return port === undefined || host === undefined || more.length > 0 ? null : { host, port };
}

/** Pure: the hosts that an entry names, several where it has a list. */
export function hostsOf(row: Row, poolerHost: string): string[] {
  const said = typeof row['host'] === 'string' ? row['host'] : '';
  return said.split(',').map((host) => (isItsOwn(host) ? poolerHost : host));
}

function isItsOwn(host: string): boolean {
  return host === '' || host.startsWith('/') || /^(localhost|127\.|::1$)/.test(host);
}

/** Pure: a number of the console, which it writes as text. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

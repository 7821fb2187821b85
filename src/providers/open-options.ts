import { isIP } from 'node:net';
import type { SecretReference } from '../core/secret.ts';
import type { Hands } from '../targets/rejoin.ts';

/** For whom a token is signed; `region` and the provider's `identifier` where the config names them. */
export type TokenLogin = { host: string; port: number; user: string; region?: string; identifier?: string };

/** What every provider needs to open a target. */
export type OpenOptions = {
  secret(reference: SecretReference): Promise<string>;
  /** A signed token in place of a password; given by the providers that have such tokens. */
  token?: (login: TokenLogin) => Promise<string>;
  /** After this the connections are cut, whatever they are doing. Default 60,000. */
  deadlineMs?: number;
  /** For one connection to be ready. Default 3,000. */
  connectTimeoutMs?: number;
  /** Whoever has a hand on the hosts of servers of one's own; only a process that lives on has one. */
  hands?: Hands | undefined;
  /** For one query or command, as the server enforces it. Default 5,000. */
  queryTimeoutMs?: number;
};

/** The options with their defaults. */
export type Limits = { deadlineMs: number; connectTimeoutMs: number; queryTimeoutMs: number };

export function limitsOf(options: OpenOptions): Limits {
  const { deadlineMs = 60_000, connectTimeoutMs = 3000, queryTimeoutMs = 5000 } = options;
  return { deadlineMs, connectTimeoutMs, queryTimeoutMs };
}

/** TLS options that verify the server's certificate; a server name is a name, never an address (RFC 6066, section 3). */
export function verifiedTls(host: string): { rejectUnauthorized: true; servername?: string } {
  return isIP(host) === 0 ? { rejectUnauthorized: true, servername: host } : { rejectUnauthorized: true };
}

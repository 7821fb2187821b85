import { Fault } from '../core/errors.ts';
import type { Credential, TargetSpec } from '../targets/spec.ts';
import { heldSecrets, type Secrets } from './secrets/secrets.ts';

/** A target that a person typed as a URL: its password is in `secrets`, never in the spec. */
export type UrlTarget = { spec: TargetSpec; secrets: Secrets };

const HELD = 'URL_PASSWORD';
const ENGINES = {
  'postgres:': { engine: 'postgres', provider: 'self-managed', port: 5432, tls: false },
  'postgresql:': { engine: 'postgres', provider: 'self-managed', port: 5432, tls: false },
  'redis:': { engine: 'redis', provider: 'standalone', port: 6379, tls: false },
  'rediss:': { engine: 'redis', provider: 'standalone', port: 6379, tls: true },
} as const;

/**
 * One server by its URL, for looking only: `postgres://user:password@host:port/database?sslmode=require` or
 * `redis://:password@host:port`. Throws a Fault `invalid_request` that never repeats the URL.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function targetFromUrl(text: string): UrlTarget {
  const url = parse(text);
  const kind = ENGINES[url.protocol as keyof typeof ENGINES];
  if (!kind) throw new Fault('invalid_request', 'a URL of a target starts with postgres:// or redis://');
  const password = decode(url.password);
  const user = decode(url.username) || (kind.engine === 'postgres' ? 'postgres' : undefined);
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const port = Number(url.port) || kind.port;
  const name = `${host}:${port}`;
  const credential = credentialOf(user, password);
  return {
    spec: {
      name,
      engine: kind.engine,
      provider: kind.provider,
      environment: 'url',
      rooms: 'default',
      ...(kind.engine === 'postgres' ? { database: decode(url.pathname.slice(1)) || (user ?? 'postgres') } : {}),
      tls: kind.tls || ['require', 'verify-ca', 'verify-full'].includes(url.searchParams.get('sslmode') ?? ''),
      members: [{ name, role: 'primary', host, port, credentials: { read: credential } }],
      alarms: [],
    },
    secrets: heldSecrets({ [HELD]: password }),
  };
}

function credentialOf(user: string | undefined, password: string): Credential {
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === '' ? {} : { password: { from: 'env', name: HELD } }),
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Fault('invalid_request', 'this is not a URL; a target looks like postgres://user@host:5432/database');
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Fault('invalid_request', 'the URL has a % that is not followed by two hex digits; write it as %25');
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const postgresNames = ['superuser', 'shop', 'read', 'act', 'copy', 'canary'] as const;
const redisNames = ['cache', 'cacheRead', 'cacheAct', 'cacheCopy', 'cacheCanary'] as const;
const names = [...postgresNames, ...redisNames] as const;

/**
 * Passwords of the fleet by whom they are for: PostgreSQL's superuser, the shop, Nightshift's three roles and its
 * canary, Redis for the shop and for its own replication, and Nightshift's users there.
 */
export type FleetPasswords = { readonly [N in (typeof names)[number]]: string };

/** Reads the passwords of a fleet; those that it has not got yet are made. Only this user can read the file. */
export function keepPasswords(file: string): FleetPasswords {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<FleetPasswords>) : {};
  const made = Object.fromEntries(names.map((name) => [name, kept[name] ?? randomBytes(18).toString('hex')]));
  if (names.some((name) => kept[name] === undefined)) {
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  }
  return made as FleetPasswords;
}

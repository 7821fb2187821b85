import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const names = ['superuser', 'shop', 'read', 'act', 'copy', 'cache'] as const;

/** Passwords of the fleet by whom they are for: PostgreSQL's superuser, the shop, Nightshift's three roles, Redis. */
export type FleetPasswords = { readonly [N in (typeof names)[number]]: string };

/** Reads the passwords of a fleet; the first start makes them. Only this user can read the file. */
export function keepPasswords(file: string): FleetPasswords {
  if (!existsSync(file)) {
    const made = Object.fromEntries(names.map((name) => [name, randomBytes(18).toString('hex')]));
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as FleetPasswords;
}

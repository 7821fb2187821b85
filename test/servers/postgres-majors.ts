import { existsSync } from 'node:fs';
import {
  findPostgresBinaries,
  postgresBinariesIn,
  type PostgresBinaries,
} from '../../src/runtime/postgres-binaries.ts';

/** The majors that tests can start: the npm package's, and that of Debian 12's packages. */
export type PostgresMajor = 15 | 18;

const debian = postgresBinariesIn('/usr/lib/postgresql/15', '15');

/** 18 always; 15 where its server is installed. */
export const installedMajors: readonly PostgresMajor[] = existsSync(debian.postgres) ? [15, 18] : [18];

export function binariesOf(major: PostgresMajor): PostgresBinaries {
  return major === 15 ? debian : findPostgresBinaries();
}

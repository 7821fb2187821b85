import type pg from 'pg';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { startTestPostgres } from '../../servers.ts';
import { hasDebianPostgres, startDebianPostgres } from './debian-postgres.ts';

/** What a test needs of a server, whatever its version. */
export type AnyPostgres = {
  port: number;
  spec: TargetSpec;
  environment: Record<string, string>;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  connect(applicationName?: string): Promise<pg.Client>;
  stop(): Promise<void>;
};

type Start = (settings?: Record<string, string>) => Promise<AnyPostgres>;

/** The newest version and, where Debian's package is installed, the oldest that is at hand: views differ between them. */
export const bothVersions: readonly { version: number; start: Start }[] = [
  { version: 18, start: (settings = {}) => startTestPostgres({ settings }) },
  ...(hasDebianPostgres
    ? [{ version: 15, start: (settings: Record<string, string> = {}) => startDebianPostgres({ settings }) }]
    : []),
];

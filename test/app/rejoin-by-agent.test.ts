import { chmodSync, chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { findPostgresIdentity } from '../../src/runtime/postgres-identity.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresMember } from '../servers.ts';
import { installedMajors } from '../servers/postgres-majors.ts';
import { makeServerDirectory, recordServer } from '../servers/room.ts';
import { DOCUMENT, hostOf, keptOf, NODE, withAgent } from './rejoining.ts';
import { openSwitchoverRuns, reportOf, type SwitchoverRuns } from './switchover-runs.ts';

const major = installedMajors[0] ?? 18;
const settings = { wal_log_hints: 'on', full_page_writes: 'on' };

let pair: TestPostgres;
let former: TestPostgresMember;
let present: TestPostgresMember;
let runs: SwitchoverRuns;
let model: CloudModel;

/** The second server takes the writes, and the first one has written on by itself: both histories have something of their own. */
async function fallApart(): Promise<void> {
  await present.query('SELECT pg_promote(true, 60)');
  await former.query(`CREATE TABLE only_here AS SELECT 'lost-order-4711' AS what`);
  await former.query('SELECT pg_switch_wal()');
  await former.stop('immediate');
}

beforeAll(async () => {
  pair = await startTestPostgres({ major, replica: true, settings });
  if (!pair.replica) throw new TypeError('a pair is two servers');
  [former, present] = [pair.primary, pair.replica];
  // The account of the server keeps beside its directory what the program keeps.
  const identity = findPostgresIdentity();
  if (identity) chownSync(dirname(former.dataDirectory), identity.uid, identity.gid);
  await fallApart();
});
afterAll(async () => {
  await pair.stop('immediate');
});
afterEach(async () => {
  await Promise.all(model.commands.map(({ over }) => over));
  await runs.stop();
});

async function begin(more: readonly string[] = []): Promise<void> {
  model = hostOf(former, major, more);
  runs = await openSwitchoverRuns({ spec: withAgent(pair.spec, 'shop-db-1'), secrets: pair.environment, model });
}

describe('a former primary whose host has the agent', () => {
  it('is stopped, kept, rewound and followed by the program on its host', { timeout: 300_000 }, async () => {
    await begin(['REWIND_USER=postgres']);
    const report = reportOf(await runs.run('rejoin'));
    expect(report).toMatchObject({ status: 'healthy', headline: 'shop-db-1 follows shop-db-2 now' });
  });
});
void [makeServerDirectory, recordServer, existsSync, readdirSync, readFileSync, join, chmodSync, DOCUMENT, keptOf, NODE];

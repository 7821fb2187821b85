import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { findPostgresIdentity, uidAndGid } from '../../src/runtime/postgres-identity.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresMember } from '../servers.ts';
import { binariesOf, installedMajors } from '../servers/postgres-majors.ts';
import { recordServer } from '../servers/room.ts';
import { DOCUMENT, hostOf, keptOf, NODE, withAgent } from './rejoining.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

const major = installedMajors[0] ?? 18;
/** What pg_rewind asks for: https://www.postgresql.org/docs/current/app-pgrewind.html */
const settings = { wal_log_hints: 'on', full_page_writes: 'on' };
const LOST = 'lost-order-4711';

let pair: TestPostgres;
let former: TestPostgresMember;
let present: TestPostgresMember;
let runs: SwitchoverRuns;
let model: CloudModel;

beforeAll(async () => {
  pair = await startTestPostgres({ major, replica: true, settings });
  if (!pair.replica) throw new TypeError('a pair is two servers');
  [former, present] = [pair.primary, pair.replica];
  // What the program keeps lies beside the server's directory.
  const identity = findPostgresIdentity();
  if (identity) chownSync(dirname(former.dataDirectory), identity.uid, identity.gid);
  await fallApart();
}, 300_000);
afterAll(async () => {
  control('stop', '-m', 'immediate');
  await pair.stop('immediate');
});
afterEach(async () => {
  await Promise.all(model.commands.map(({ over }) => over));
  notePostmaster();
  await runs.stop();
});

/** The second server takes the writes, and the first one has written on by itself. */
async function fallApart(): Promise<void> {
  await present.query('SELECT pg_promote(true, 60)');
  await present.query('ALTER ROLE nightshift_act REPLICATION');
  await former.query(`CREATE TABLE only_here AS SELECT '${LOST}' AS what`);
  await former.query('SELECT pg_switch_wal()');
  await former.stop('immediate');
}

function control(...words: string[]): void {
  const program = join(dirname(binariesOf(major).postgres), 'pg_ctl');
  spawnSync(program, ['-D', former.dataDirectory, ...words], { ...uidAndGid(findPostgresIdentity()), cwd: '/' });
}

/** The program has started it, and this process is not its parent. */
function notePostmaster(): void {
  const file = join(former.dataDirectory, 'postmaster.pid');
  if (existsSync(file)) recordServer(Number(readFileSync(file, 'utf8').split('\n')[0]), 'shop-db-1');
}

async function begin(more: readonly string[] = [], behind: Partial<Behind> = {}): Promise<void> {
  model = hostOf(former, major, more);
  const spec = withAgent(pair.spec, 'shop-db-1');
  runs = await openSwitchoverRuns({ spec, secrets: pair.environment, model, ...behind });
}

async function nothingIsOpen(): Promise<void> {
  expect(await runs.state.intents.open()).toEqual([]);
  expect(await runs.state.locks.current('target:shop-db')).toBeUndefined();
}

/** It replays what is written on the other one. */
async function expectFollows(table: string): Promise<void> {
  await present.query(`CREATE TABLE ${table} ()`);
  const seen = () => former.query(`SELECT FROM pg_class WHERE relname = '${table}'`).catch(() => []);
  await expect.poll(seen, { timeout: 120_000 }).toHaveLength(1);
  expect(await former.query(`SELECT FROM pg_class WHERE relname = 'only_here'`)).toEqual([]);
}

describe('a former primary whose host has the agent of Systems Manager', { timeout: 300_000 }, () => {
  it.each([
    ['is not registered', (one: CloudModel) => void delete one.hosts[NODE], /no agent is registered as mi-/],
    [
      'is silent',
      (one: CloudModel) => void (one.hosts[NODE]!.ping = 'ConnectionLost'),
      /the agent of mi-\w+ is ConnectionLost/,
    ],
  ])('is refused before anybody is asked where it %s', async (_, change, why) => {
    await begin();
    change(model);
    expect(await runs.run('rejoin')).toEqual({ refused: expect.stringMatching(why) as string });
    expect(runs.plans).toEqual([]);
    expect(runs.orders()).toBe(0);
  });

  it('is left as it stands where the program fails, with its phase and its last words', async () => {
    await begin(['KEPT=/proc/nowhere']);
    const report = reportOf(await runs.run('rejoin'));
    expect(report.status).toBe('critical');
    expect(report.headline).toMatch(
      /^shop-db-1 does not follow shop-db-2: the program on the host of shop-db-1 failed at `keep`: it ended with 1\. mkdir: .*proc/,
    );
    expect(existsSync(join(former.dataDirectory, 'standby.signal'))).toBe(false);
    await nothingIsOpen();
  });

  it('is kept, rewound and follows, also where the bot is killed between the order and its answer', async () => {
    await begin(['REWIND_USER=postgres']);
    const begun = new Promise<void>((resolve) => (model.hosts[NODE]!.begins = resolve));
    const arn = runs.start('rejoin');
    await begun;
    await runs.crash();
    const report = reportOf(await runs.ended(arn));
    expect(report).toMatchObject({ status: 'healthy', headline: 'shop-db-1 follows shop-db-2 now' });
    expect(runs.orders()).toBe(1);
    expect(model.commands.map(({ asked }) => asked.Parameters)).toEqual([
      {
        Run: [expect.stringMatching(/^rejoin-[0-9a-f]{40}$/)],
        Target: ['shop-db'],
        Member: ['shop-db-1'],
        Primary: ['shop-db-2'],
        PrimaryHost: ['127.0.0.1'],
        PrimaryPort: [String(present.port)],
        Slot: ['shop_db_1'],
      },
    ]);
    const account = 'arn:aws:ssm:eu-central-1:123456789012';
    expect(JSON.parse(model.sessions[0]?.policy ?? '')).toMatchObject({
      Statement: [
        {
          Action: 'ssm:SendCommand',
          Resource: [`${account}:document/${DOCUMENT}`, `${account}:managed-instance/${NODE}`],
        },
      ],
    });
    // Rewound, and not copied anew; what was lost lies beside it.
    expect(existsSync(`${former.dataDirectory}.before`)).toBe(false);
    const kept = globSync(join(keptOf(former), 'shop-db-1-*', '0*'));
    expect(kept.filter((file) => readFileSync(file).includes(LOST))).not.toEqual([]);
    await expectFollows('after_rewind');
    expect(await present.query(`SELECT active FROM pg_replication_slots WHERE slot_name = 'shop_db_1'`)).toEqual([
      { active: true },
    ]);
    await nothingIsOpen();
  });

  it('is copied anew where nobody may rewind it, also where the answer of AWS is lost', async () => {
    control('stop', '-m', 'immediate');
    await begin();
    model.faults['ssm:SendCommand'] = 'lost';
    const report = reportOf(await runs.run('rejoin'));
    expect(report).toMatchObject({ status: 'healthy', headline: 'shop-db-1 follows shop-db-2 now' });
    expect(model.commands).toHaveLength(1);
    expect(existsSync(`${former.dataDirectory}.before`)).toBe(true);
    await expectFollows('after_copy');
    await nothingIsOpen();
  });

  it('of which AWS never heard is told as not done', async () => {
    control('stop', '-m', 'immediate');
    await begin();
    model.faults['ssm:SendCommand'] = 'silent';
    const report = reportOf(await runs.run('rejoin'));
    expect(report.headline).toMatch(/Systems Manager never heard of it, and nothing was done on mi-/);
    await nothingIsOpen();
  });
});

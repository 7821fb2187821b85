import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { until } from '../checks/looking.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

/** Every planted name holds this, and nothing else does. */
const PLANTED = /zqplant/i;
const PLANT = `
  create role zqplantrole login superuser;
  create schema zqplantschema;
  create table zqplantschema.zqplantparent (zqplantid serial primary key, zqplantname text);
  create table zqplantschema."zqplant Odd-Child" ("zqplantRef" int references zqplantschema.zqplantparent, zqplantfat text);
  insert into zqplantschema.zqplantparent (zqplantname) select repeat('x', 100) from generate_series(1, 20000);
  insert into zqplantschema."zqplant Odd-Child" select 1 + n % 20000, repeat('y', 100) from generate_series(1, 40000) n;
  create index zqplantbroken on zqplantschema."zqplant Odd-Child" (zqplantfat);
  update pg_index set indisvalid = false where indexrelid = 'zqplantschema.zqplantbroken'::regclass;
  create function zqplantschema.zqplantraise() returns int language plpgsql as
    $$ begin raise exception 'zqplantaccount of "%" is locked', 'zqplantcustomer' using errcode = 'P0001'; end $$;
  grant usage on schema zqplantschema to nightshift_read;
  grant select on all tables in schema zqplantschema to nightshift_read`;
const DEAR = `select zqplantalias."zqplantRef", count(*) from zqplantschema."zqplant Odd-Child" as zqplantalias
  join zqplantschema.zqplantparent zqplantp on zqplantp.zqplantid = zqplantalias."zqplantRef" where zqplantalias."zqplantRef" = 77 group by 1`;

let server: TestPostgres;
let house: House;
let folder: string;
const open: pg.Client[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-names-'));
  const configPath = join(folder, 'nightshift.yaml');
  const shipped = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  writeFileSync(configPath, shipped.replace('channel: C0DBALERTS', 'hideNames: true\n    channel: C0DBALERTS'));
  server = await startTestPostgres({ settings: { logging_collector: 'on', log_line_prefix: '%t:%r:%u@%d:[%p]:' } });
  await server.query('create database zqplantdatabase');
  await server.query(PLANT);
  await server.query('analyze');
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${server.port}`;
  house = await startHouse({
    configPath,
    environment: { ...nowhere, ...server.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  for (const one of open) void one.end().catch(() => undefined);
  await house.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks, waits for all work to end, and gives all that was posted of it, threads and files too. */
async function asked(text: string): Promise<string> {
  const before = new Set(house.slack.messages().map(({ ts }) => ts));
  await house.slack.command('omar', 'database-alerts', text);
  await house.settled();
  return house.slack
    .messages()
    .filter(({ ts }) => !before.has(ts))
    .map((message) => `${blockText(message.blocks)}\n${JSON.stringify(message)}`)
    .join('\n');
}

/** Sessions that wait for each other, statements that cost something, and errors in the log. */
async function trouble(): Promise<void> {
  const [holder, waiter, role] = await Promise.all([
    server.connect('billing'),
    server.connect('web'),
    server.connect('web'),
  ]);
  open.push(holder, waiter, role);
  await holder.query(`begin; update zqplantschema.zqplantparent set zqplantname = 'v' where zqplantid = 5`);
  void waiter
    .query(`update zqplantschema.zqplantparent set zqplantname = 'w' where zqplantid = 5`)
    .catch(() => undefined);
  await until(
    () => server.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'"),
    (rows) => rows.length === 1,
  );
  await role.query('set session authorization zqplantrole');
  for (let n = 0; n < 5; n++) await role.query(DEAR);
  await role.query('select * from zqplantschema.zqplantmissing').catch(() => undefined);
  await role.query('select zqplantschema.zqplantraise()').catch(() => undefined);
  await role.query(`insert into zqplantschema."zqplant Odd-Child" values (-1)`).catch(() => undefined);
}

describe('a target whose names are hidden', () => {
  it('is asked what is wrong, and no name of a table, column, function, role or other database is posted or kept', async () => {
    // The hourly count at the beginning is over; what comes now is what is asked about.
    await house.settled();
    await trouble();
    const [health, sessions, slow, log] = [
      await asked('/db health shop-db'),
      await asked('/db sessions shop-db'),
      await asked('/db slow shop-db'),
      await asked('/db log shop-db'),
    ];
    expect(sessions).toMatch(/update s_\w{7}\.t_\w{7} set c_\w{7} = \?/);
    expect(sessions).toContain('billing');
    expect(slow).toMatch(/from s_\w{7}\.t_\w{7} as c_\w{7} join s_\w{7}\.t_\w{7}/);
    expect(log).toMatch(/relation \\?"s?_?\w+\.\w_\w{7}\\?" does not exist/);
    expect(health).toMatch(/invalid/);
    const id = /(q:[0-9a-f]{6}) [^\n]*? as c_\w{7} join /.exec(slow)?.[1] ?? 'none';
    const [why, advice] = [await asked(`/db explain shop-db ${id}`), await asked(`/db advice shop-db ${id}`)];
    expect(why).toMatch(/Seq Scan t_\w{7} /);
    expect(advice).toMatch(/An index on s_\w{7}\.t_\w{7} \(c_\w{7}\)/);
    expect(advice).toContain('Names are hidden here (hideNames), so there is no SQL to copy');
    expect(advice).not.toContain('CREATE INDEX');

    for (const text of [health, sessions, slow, log, why, advice]) expect(named(text)).toEqual([]);
    expect(named(await house.stateText())).toEqual([]);
    const texts = JSON.stringify(await house.state.statements.texts('shop-db'));
    expect(texts).toMatch(/from s_\w{7}\.t_\w{7} as c_/);
    expect(named(texts)).toEqual([]);
    const kept = house.runs().flatMap(({ arn }) => house.operations(arn) as unknown as Json[]);
    expect(named(JSON.stringify(kept))).toEqual([]);
  });
});

/** Where a planted name stands. */
function named(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,60}${PLANTED.source}.{0,40}`, 'gi'))].map(([found]) => found);
}

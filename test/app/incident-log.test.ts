import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let server: TestPostgres;
let house: House;
const open: pg.Client[] = [];
beforeAll(async () => {
  server = await startTestPostgres({
    settings: {
      logging_collector: 'on',
      log_line_prefix: '%t:%r:%u@%d:[%p]:',
      max_connections: '12',
      reserved_connections: '3',
      restart_after_crash: 'on',
    },
  });
  await server.query('grant pg_use_reserved_connections to nightshift_read');
  await server.query("create role billing login password 'billing-password'");
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${server.port}`;
  house = await startHouse({
    environment: { ...nowhere, ...server.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  for (const one of open) void one.end().catch(() => undefined);
  await house.stop();
  await server.stop();
});

type Client = pg.Client & { processID: number };
async function connectAsBilling(): Promise<Client> {
  const url = new URL(server.url);
  Object.assign(url, { username: 'billing', password: 'billing-password' });
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {});
  await client.connect();
  open.push(client);
  return client as Client;
}

function alarm(name: string, state: 'ALARM' | 'OK', at: string): Json {
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: '1',
    region: 'eu-central-1',
    resources: [`arn:aws:cloudwatch:eu-central-1:1:alarm:${name}`],
    detail: { alarmName: name, state: { value: state, reason: 'because', timestamp: at } },
  };
}

// Close together, so that both alarms fall into the same ten minutes.
const beganMs = Math.floor(Date.now() / 600_000) * 600_000;
const at = (ms: number) => new Date(beganMs + ms).toISOString();

/** The replies in the thread of the incident's message. */
function replies(): string[] {
  const [head] = house.posted().filter(({ blocks }) => blockText(blocks).includes('shop-db incident'));
  return house.slack
    .messages()
    .filter(({ threadTs }) => head !== undefined && threadTs === head.ts)
    .map(({ blocks }) => blockText(blocks));
}
const logReplies = () => replies().filter((text) => text.includes('the log of'));

describe('an incident', () => {
  it('has what the log says around the alarm in its thread, grouped and masked, beside the health report', async () => {
    const knocks = await Promise.allSettled(Array.from({ length: 9 }, connectAsBilling));
    const refused = knocks.filter(({ status }) => status === 'rejected').length;
    expect(refused).toBeGreaterThan(1);
    await open[0]?.query("select 1 / 0, 'the-secret-of-a-row'").catch(() => undefined);

    await house.call('alarm', alarm('shop-db-connections', 'ALARM', at(0)));
    await house.settled();

    const told = logReplies();
    expect(told).toHaveLength(1);
    // Our own look may be turned away too, while the last of those who were refused still holds its slot.
    expect(told[0]).toMatch(/too many connections × \d/);
    expect(told[0]).toMatch(new RegExp(`too many connections on shop-db-1: .* · ${refused} ×, .* · billing@shop`));
    expect(told[0]).not.toContain('the-secret-of-a-row');
  });

  it('says who killed a server process, and writes into the same reply', async () => {
    await Promise.all(open.splice(1).map((one) => one.end()));
    const [victim] = open as Client[];
    const dying = victim?.query("select pg_sleep(60), 'another-secret'").catch(() => undefined);
    const busy = 'select from pg_stat_activity where pid = $1 and wait_event = $2';
    while ((await server.query(busy, [victim?.processID, 'PgSleep'])).length === 0);
    process.kill(victim?.processID ?? 0, 'SIGKILL');
    await dying;

    await house.call('alarm', alarm('shop-db-connections', 'OK', at(1)));
    await house.call('alarm', alarm('shop-db-replica-lag', 'ALARM', at(2)));
    await house.settled();
    const told = logReplies();
    expect(told.at(-1)).toMatch(/crash × 1/);
    expect(told.at(-1)).toMatch(/terminated by signal 9: Killed[^\n]*\nselect pg_sleep\(\?\), \?/);
    expect(told).toHaveLength(1);
    expect(told.join('\n')).not.toContain('another-secret');
  });
});

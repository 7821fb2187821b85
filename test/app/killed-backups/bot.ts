import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { blockText } from '../../../src/local/block-text.ts';
import type { LocalSlack } from '../../../src/local/slack/start.ts';
import { endServeProcesses, startProcess, type ServeProcess } from '../../cli/serve-process.ts';
import { nowhere } from '../../house.ts';
import { serverEnvironment, startSocketSlack } from '../../serve-house.ts';
import type { TestPostgres, TestRedis } from '../../servers.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import type { Death, StorePlace } from './store-places.ts';

const PROGRAM = 'test/app/killed-backups/dying.ts';

/** The bot over real servers, in processes that can be killed and begun again. */
export type Bot = {
  place: StorePlace;
  /** Where its processes keep what they need for a while. */
  scratch: string;
  /** A command line of its own. */
  run(words: readonly string[], life?: Life): ServeProcess;
  /** The long-lived bot; it is there when it hears Slack. */
  serve(life?: Life): Promise<ServeProcess>;
  /** Asks for work in Slack; gives the short id of its run. */
  ask(words: string): Promise<string>;
  /** What the channel says of a run when it is over. Somebody approves what is asked. */
  over(run: string): Promise<string>;
  stop(): Promise<void>;
};
export type Life = { death?: Death; aheadDays?: number };

export async function startBot(database: TestPostgres, cache: TestRedis, place: StorePlace): Promise<Bot> {
  const room = makeServerDirectory('killed-bot');
  const scratch = join(room, 'scratch');
  mkdirSync(scratch, { mode: 0o755 });
  const configPath = join(room, 'nightshift.yaml');
  writeFileSync(configPath, configOf(database, cache, place));
  const slack = await startSocketSlack(join(room, 'slack'), { messagePace: { burst: 1000, perSecond: 1000 } });
  const environment = {
    ...serverEnvironment(slack, { configPath }),
    ...nowhere,
    ...database.environment,
    ...cache.environment,
    ...place.environment,
    NIGHTSHIFT_ADDRESSES: '{}',
    TMPDIR: scratch,
    // A process is begun twice in each round.
    NODE_COMPILE_CACHE: join(room, 'compiled'),
  };
  const run = (words: readonly string[], { death, ...life }: Life = {}): ServeProcess => {
    const begun: { process?: ServeProcess } = {};
    const kill = () => void begun.process?.end('SIGKILL');
    const orders = { ...life, ...place.orders(death ?? { afterMs: Infinity }, kill) };
    const child = startProcess({ ...environment, NIGHTSHIFT_TEST_ORDERS: JSON.stringify(orders) }, words, PROGRAM);
    begun.process = child;
    return child;
  };
  return {
    place,
    scratch,
    run,
    serve: async (life) => {
      const server = run(['serve', '--data', join(room, 'data')], life);
      await server.says(/ready/);
      return server;
    },
    ask: async (words) => runIn(await slack.command('omar', 'database-alerts', `/db ${words}`)),
    over: (short) => untilOver(slack, short),
    stop: async () => {
      await endServeProcesses();
      await slack.stop();
    },
  };
}

function runIn({ ack }: Awaited<ReturnType<LocalSlack['command']>>): string {
  const words = ack.text ?? blockText(ack.blocks ?? []);
  const short = /run ([a-z]+-[0-9a-f]{8})\b/.exec(words)?.[1];
  if (short === undefined) throw new Error(`no run was begun: ${words}`);
  return short;
}

/** A run takes as long as it takes: the test has an end of its own. */
async function untilOver(slack: LocalSlack, short: string): Promise<string> {
  for (const approved = new Set<string>(); ; await sleep(100)) {
    const about = slack
      .messages()
      .filter(({ fromBot, metadata }) => fromBot && JSON.stringify(metadata ?? null).includes(short));
    for (const { ts, blocks } of about) {
      const [, actionId] = /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(blocks ?? null)) ?? [];
      if (actionId === undefined || approved.has(ts)) continue;
      approved.add(ts);
      await slack.click({ user: 'ada', messageTs: ts, actionId });
    }
    const [first] = about;
    if (first !== undefined && !first.text.startsWith(':hourglass_flowing_sand:'))
      return `${first.text}\n${blockText(first.blocks ?? [])}`;
  }
}

function configOf(database: TestPostgres, cache: TestRedis, place: StorePlace): string {
  const login = (name: string, user?: string) =>
    `{ ${user === undefined ? '' : `user: ${user}, `}password: env:${name} }`;
  const members = (of: TestPostgres['spec'], credentials: string) =>
    of.members
      .map(
        ({ name, role, host, port }) =>
          `      ${name}: { role: ${role}, host: ${host}, port: ${port}, credentials: ${credentials} }`,
      )
      .join('\n');
  const ofDatabase = ['read', 'act', 'copy'].map(
    (room) => `${room}: ${login(`SHOP_DB_${room.toUpperCase()}_PASSWORD`, `nightshift_${room}`)}`,
  );
  const ofCache = ['read', 'copy'].map((room) => `${room}: ${login('SHOP_CACHE_PASSWORD')}`);
  return `
environments:
  laptop:
    channel: C0DBALERTS
    approvals: { writes: policy, interrupts: { people: 1 }, destroys: { people: 1 } }
    backup: { mode: manual }
people:
  omar: { slack: U0OMAR, roles: { laptop: operator } }
  ada: { slack: U0ADA, roles: { laptop: approver } }
targets:
  shop-db:
    engine: postgres
    provider: self-managed
    environment: laptop
    database: shop
    tls: false
    members:
${members(database.spec, `{ ${ofDatabase.join(', ')} }`)}
  shop-cache:
    engine: redis
    provider: standalone
    environment: laptop
    tls: false
    members:
${members(cache.spec, `{ ${ofCache.join(', ')} }`)}
backups:
  ${place.config}
`;
}

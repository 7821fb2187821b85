import type { Area } from '../area.ts';
import { redisCli, redisCliVersion, sameAnswers } from '../redis/big-keys.ts';
import { startManyKeys } from '../redis/many-keys.ts';
import { reportOf } from '../redis/our-keys.ts';
import { redisCost, type RedisCost } from '../redis/server-time.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const KEYS = 1_000_000;
const ROUNDS = 5;
const OURS = 'one pass';
const THEIRS = ['--bigkeys', '--memkeys'] as const;

/** All keys of one server: members and memory in one pass, beside the two passes of redis-cli. */
export const area: Area = {
  title: `Keys: every one of ${KEYS.toLocaleString('en')} mixed keys, and a few big ones`,
  notes: [
    `Each number is the median of ${ROUNDS}, on one server on the same machine that nobody else uses.`,
    'Our one pass answers what both options of redis-cli answer, and besides the patterns and the TTL of every key; each option of redis-cli answers one question.',
    'Server time is what INFO says of its processor, before and after.',
    'Before anything is measured, the biggest key of each type must be the same by all three.',
    'Aim: 0.6 of the time of the faster option, and less server time.',
  ],

  async measure(bench) {
    const server = await startManyKeys(bench, bench.times(KEYS));
    const version = await redisCliVersion();
    bench.say(`${server.keys} keys, ${version ? `redis-cli ${version}` : 'no redis-cli here'}`);
    if (version) await sameAnswers(server);
    const contender = (name: string, work: () => Promise<unknown>): Contender<RedisCost> => ({
      name,
      measure: () => redisCost(server.client, async () => void (await work())),
    });
    const measured = await roundRobin(
      [
        contender(OURS, () => reportOf(server)),
        ...(version ? THEIRS.map((option) => contender(option, () => redisCli(server, option))) : []),
      ],
      { rounds: bench.times(ROUNDS), warmups: 0 },
    );
    return version
      ? THEIRS.flatMap((option) => figures(measured, option, `redis-cli ${version} ${option}`))
      : figures(measured, undefined, 'no redis-cli');
  },
};

function figures(
  measured: ReadonlyMap<string, readonly RedisCost[]>,
  option: string | undefined,
  against: string,
): Figure[] {
  const middle = (name: string, part: keyof RedisCost) => median(measuresOf(measured, name).map((cost) => cost[part]));
  const figure = (what: string, part: keyof RedisCost): Figure => ({
    what: `members, memory, TTL and patterns of all keys in one pass: ${what}`,
    ours: middle(OURS, part),
    theirs: option === undefined ? null : middle(option, part),
    against,
    unit: 'ms',
  });
  return [figure('wall', 'wallMs'), figure('server time', 'serverMs')];
}

import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { durationText, listText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { infoOf, nameOf, numberOf, runIdOf } from './info.ts';
import { serverChanges, type ServerSeen } from './server-changes.ts';

type MemberVersion = ServerSeen & { product: 'Redis' | 'Valkey'; nowSeconds: number };
type Sample = EachSaid<MemberVersion>;

/**
 * Last day with security fixes of the project itself; a distribution may go on for longer. What is not in the table had no date
 * when it was written down (2026-11): Redis 6.2, 7.2, 7.4 and 8.2 onwards, Valkey 9.1.
 * https://github.com/redis/redis/security · https://endoflife.date/redis · https://valkey.io/topics/releases/ · https://endoflife.date/valkey
 */
const ENDS: { readonly [release: string]: string } = {
  'Redis 4.0': '2020-04-30',
  'Redis 5.0': '2022-04-27',
  'Redis 6.0': '2022-05-31',
  'Redis 7.0': '2024-07-29',
  'Redis 8.0': '2026-02-11',
  'Valkey 7.2': '2029-04-16',
  'Valkey 8.0': '2027-09-15',
  'Valkey 8.1': '2030-03-31',
  'Valkey 9.0': '2028-10-21',
};
const SOURCES = { Redis: 'https://endoflife.date/redis', Valkey: 'https://endoflife.date/valkey' } as const;

const Limits = z.strictObject({
  /** Before its end a release is told, so that there is time to plan. */
  noticeSeconds: z
    .number()
    .min(0)
    .default(90 * 86_400),
  /** After its end it is left alone for so long: for who gets fixes from a distribution. */
  graceSeconds: z.number().min(0).default(0),
});
type Limits = z.infer<typeof Limits>;

/** Does this release still get security fixes, and do all members run the same one? */
export const version = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.version',
  engine: 'redis',
  title: 'Version and end of life',
  why: 'After its end a release gets no security fixes, and members of different versions surprise at the next failover.',
  explainedBy: ['restart', 'failover'],
  limits: Limits,
  ask: { read: (target) => askEach(target, lookAt) },

  judge: ({ read }, _before, limits) => [
    ...endings(read.members, limits),
    ...mixture(read.members),
    ...unseenFindings('redis.version', 'The version', read.unseen),
  ],

  changes: (good, now) => serverChanges(good.samples.read.members, now.samples.read.members),

  facts({ read }) {
    const versions = [...new Set(read.members.map(({ product, version: said }) => `${product} ${said}`))];
    return [{ label: 'Version', value: listText(versions.toSorted()) }];
  },
});

async function lookAt(member: RedisMember): Promise<{ sample: MemberVersion } | { unreliable: string }> {
  const info = await infoOf(member, 'server');
  const valkey = info['valkey_version'];
  const said = valkey ?? info['redis_version'];
  if (said === undefined) return { unreliable: `${member.name} does not say its version` };
  const usec = numberOf(info, 'server_time_usec');
  const nowSeconds = Math.round(usec === undefined ? Date.now() / 1000 : usec / 1e6);
  const upSeconds = numberOf(info, 'uptime_in_seconds');
  return {
    sample: {
      ...nameOf(member),
      product: valkey === undefined ? 'Redis' : 'Valkey',
      version: said,
      nowSeconds,
      runId: runIdOf(info),
      startedSeconds: upSeconds === undefined ? null : nowSeconds - upSeconds,
    },
  };
}

/** One finding for each release, not for each member. */
function endings(members: readonly MemberVersion[], limits: Limits): Finding[] {
  const releases = Map.groupBy(members, ({ product, version: said }) => `${product} ${releaseOf(said)}`);
  return [...releases].flatMap(([release, of]) => {
    const end = endOf(release);
    const [first] = of;
    if (end === undefined || !first) return [];
    const secondsSince = first.nowSeconds - Date.parse(end) / 1000;
    if (secondsSince < -limits.noticeSeconds || (secondsSince >= 0 && secondsSince < limits.graceSeconds)) return [];
    const when =
      secondsSince >= 0
        ? `has had no security fixes since ${end}, ${durationText(secondsSince)} ago`
        : `gets no security fixes from ${end} on, in ${durationText(-secondsSince)} (told ${durationText(limits.noticeSeconds)} before)`;
    return [
      {
        key: `redis.version:${release}`,
        severity: 'info',
        sentence: `${release} on ${listText(of.map(({ name }) => name))} ${when}.`,
        evidence: { release, end, members: of.map(({ name, version: said }) => ({ name, version: said })) },
        next: `Plan the upgrade: replicas first, then a failover (${SOURCES[first.product]}). Where a distribution still mends it, set thresholds redis.version graceSeconds.`,
      },
    ];
  });
}

function releaseOf(said: string): string {
  return said.split('.').slice(0, 2).join('.');
}

/** Everything before the oldest release of the table is over, too. */
function endOf(release: string): string | undefined {
  const [product = '', number = ''] = release.split(' ');
  return ENDS[release] ?? (product === 'Redis' && Number(number.split('.')[0]) < 5 ? ENDS['Redis 4.0'] : undefined);
}

function mixture(members: readonly MemberVersion[]): Finding[] {
  const versions = Map.groupBy(members, ({ product, version: said }) => `${product} ${said}`);
  if (versions.size < 2) return [];
  const parts = [...versions].map(([name, of]) => `${name} on ${listText(of.map((one) => one.name))}`);
  return [
    {
      key: 'redis.version:mixture',
      severity: 'info',
      sentence: `The members run ${versions.size} versions: ${listText(parts, 4)}.`,
      evidence: { versions: parts.slice(0, 10) },
      next: 'Finish the upgrade that was begun; a replica must not be older than its primary.',
    },
  ];
}

import * as z from 'zod';
import type { Changed } from '../../core/changed.ts';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, listText } from '../wording.ts';
import { asked, askEach, unseenFindings, type EachSaid } from './asked.ts';
import { nameOf } from './info.ts';

type MemberSettings = { name: string; role: string; settings: { readonly [name: string]: string } };
/** Members of one role with the same settings share them: a large cluster sends them once. */
type Profile = { role: string; settings: MemberSettings['settings']; names: readonly string[] };
type Sample = { profiles: readonly Profile[]; unseen: EachSaid<never>['unseen'] };

/** A replica that takes over with another value behaves differently from that moment on. */
const MATTERS = [
  'maxmemory',
  'maxmemory-policy',
  'databases',
  'maxclients',
  'min-replicas-to-write',
  'cluster-require-full-coverage',
];
const OTHERS = [
  'activedefrag',
  'appendfsync',
  'client-output-buffer-limit',
  'cluster-node-timeout',
  'hz',
  'latency-monitor-threshold',
  'lazyfree-lazy-eviction',
  'lazyfree-lazy-expire',
  'min-replicas-max-lag',
  'notify-keyspace-events',
  'repl-backlog-size',
  'repl-timeout',
  'slowlog-log-slower-than',
  'stop-writes-on-bgsave-error',
  'tcp-keepalive',
  'timeout',
];
/** Where a primary leaves its files to the replicas these differ on purpose: they are compared within one role only. */
const OF_ROLE = ['appendonly', 'save'];
const SHARED = [...MATTERS, ...OTHERS];

const Limits = z.strictObject({
  /** Settings shown in one finding. */
  shownSettings: z.number().int().min(1).default(5),
});

/** Would a replica behave like its primary? https://redis.io/docs/latest/commands/config-get/ */
export const configDrift = defineCheck<RedisTarget, { read: Sample }, z.infer<typeof Limits>>({
  id: 'redis.config-drift',
  engine: 'redis',
  title: 'Settings that differ between members',
  why: 'A replica with less memory or another policy takes over at night and begins to evict or to refuse writes.',
  explainedBy: ['setting', 'restart', 'failover'],
  limits: Limits,
  ask: {
    async read(target) {
      const seen = await askEach(target, lookAt);
      if (!('sample' in seen)) return seen;
      return { sample: { profiles: profilesOf(seen.sample.members), unseen: seen.sample.unseen } };
    },
  },

  judge({ read }, _before, { shownSettings }) {
    const differing = differencesOf(read.profiles);
    const serious = differing.filter(({ setting }) => MATTERS.includes(setting));
    const others = differing.filter(({ setting }) => !MATTERS.includes(setting));
    return [
      ...(serious.length > 0 ? [finding('takeover', 'warning', serious, shownSettings)] : []),
      ...(others.length > 0 ? [finding('others', 'info', others, shownSettings)] : []),
      ...unseenFindings('redis.config-drift', 'Settings', read.unseen),
    ];
  },

  changes: (good, now) => settingChanges(good.samples.read, now.samples.read),
});

async function lookAt(member: RedisMember): Promise<Seen<MemberSettings>> {
  const names = [...SHARED, ...OF_ROLE];
  // One by one: several names in one call are known from 7.0 on only, and CONFIG GET * would send passwords.
  const said = await Promise.all(names.map((name) => asked(member, 'CONFIG', 'GET', name)));
  const gap = said.find((one) => 'gap' in one);
  if (gap && 'gap' in gap) return gap.gap;
  const settings = said.flatMap((one, at): [string, string][] =>
    'reply' in one && Array.isArray(one.reply) && one.reply.length > 1 ? [[names[at] ?? '', String(one.reply[1])]] : [],
  );
  return { sample: { ...nameOf(member), settings: Object.fromEntries(settings) } };
}

function profilesOf(members: readonly MemberSettings[]): Profile[] {
  const same = Map.groupBy(members, ({ role, settings }) => JSON.stringify([role, settings]));
  return [...same.values()].flatMap((of) =>
    of[0] ? [{ role: of[0].role, settings: of[0].settings, names: of.map(({ name }) => name) }] : [],
  );
}

/** Of the primaries: a replica's own value is told as a difference. */
function settingChanges(good: Sample, now: Sample): Changed[] {
  const [was, is] = [good, now].map(({ profiles }) => profiles.find(({ role }) => role === 'primary')?.settings ?? {});
  return [...SHARED, ...OF_ROLE].flatMap((name) => {
    const [from, to] = [was?.[name], is?.[name]];
    if (from === undefined || to === undefined || from === to) return [];
    const sentence = `\`${name}\` ${valueText(name, from)} → ${valueText(name, to)}`;
    const matters = MATTERS.includes(name);
    return [{ id: `setting:${name}`, kind: 'setting', sentence, size: matters ? 0.9 : 0.4, objects: [name] }];
  });
}

function valueText(name: string, value: string): string {
  if (value === '') return 'nothing';
  return /^(maxmemory|repl-backlog-size)$/.test(name) && value !== '0' ? bytesText(Number(value)) : value.slice(0, 60);
}

type Difference = { setting: string; values: { value: string; names: string[] }[] };

function differencesOf(profiles: readonly Profile[]): Difference[] {
  const roles = [...Map.groupBy(profiles, ({ role }) => role).values()];
  return [
    ...SHARED.flatMap((setting) => differenceIn(profiles, setting) ?? []),
    ...OF_ROLE.flatMap((setting) => roles.flatMap((of) => differenceIn(of, setting) ?? [])),
  ];
}

/** A setting that a member does not know is missing, not different: it may be of another version. */
function differenceIn(profiles: readonly Profile[], setting: string): Difference | undefined {
  const known = profiles.filter(({ settings }) => settings[setting] !== undefined);
  const groups = Map.groupBy(known, ({ settings }) => settings[setting] ?? '');
  if (groups.size < 2) return undefined;
  return {
    setting,
    values: [...groups].map(([value, of]) => ({ value: value.slice(0, 120), names: of.flatMap(({ names }) => names) })),
  };
}

function finding(
  object: string,
  severity: 'warning' | 'info',
  differing: readonly Difference[],
  shown: number,
): Finding {
  const parts = differing.map(({ setting, values }) => {
    const said = values.map(({ value, names }) => `${value === '' ? 'nothing' : value} on ${listText(names, 2)}`);
    return `${setting} is ${said.slice(0, 3).join(', ')}`;
  });
  const count = differing.length === 1 ? 'One setting differs' : `${differing.length} settings differ`;
  return {
    key: `redis.config-drift:${object}`,
    severity,
    sentence: `${count} between the members: ${listText(parts, shown)}.`,
    evidence: { differing: differing.slice(0, 20) },
    next: 'Decide which value is right, then CONFIG SET and CONFIG REWRITE it on every member; a change by hand is the usual cause.',
  };
}

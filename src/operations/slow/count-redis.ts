import { asked } from '../../checks/redis/asked.ts';
import { eventsOf } from '../../checks/redis/latency.ts';
import { numberOf } from '../../checks/redis/info.ts';
import { parseSlowLog, type SlowEntry } from '../../checks/redis/slow-entries.ts';
import { asFault } from '../../core/errors.ts';
import type { Table } from '../../core/report.ts';
import type { StatementLook, StatementRow } from '../../core/statement.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { blind, type Blind, type Counting } from './counting.ts';
import { msText } from './wording.ts';

const MOST_MEMBERS = 12;
const MOST_ENTRIES = 128;
const MOST_SHAPES = 12;
/** Commands of monitoring itself. */
const OURS = new Set([
  'info',
  'slowlog|get',
  'latency|latest',
  'client|setname',
  'client|setinfo',
  'hello',
  'config|get',
]);

/** What the members of a Redis target have spent on each command, and what of it was slow. */
export async function countRedis(target: RedisTarget): Promise<Counting> {
  const members = target.members.filter(({ role }) => role !== 'sentinel').slice(0, MOST_MEMBERS);
  const looked = await Promise.all(members.map(lookAt));
  const silent = target.unreached.map(({ name, reason }) => blind(name, `${name} does not answer: ${reason}`));
  const seen = looked.filter((one): one is Seen => 'look' in one);
  return {
    looks: seen.map(({ look }) => look).toSorted((a, b) => (a.role === b.role ? 0 : a.role === 'primary' ? -1 : 1)),
    blind: [...silent, ...looked.filter((one): one is Blind => !('look' in one))],
    more: target.members.length - members.length,
    tables: seen.flatMap(({ tables }) => tables),
  };
}

type Seen = { look: StatementLook; tables: Table[] };

async function lookAt(member: RedisMember): Promise<Seen | Blind> {
  try {
    const [server, commands, latencies] = await Promise.all([
      member.info('server'),
      member.info('commandstats'),
      member.info('latencystats'),
    ]);
    const look = lookOf(member, server, commands);
    const events = await eventTables(member);
    return { look, tables: [...(await slowTables(member)), ...events, ...latencyTable(member, latencies)] };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code === 'bug') throw thrown;
    return blind(member.name, `the commands of ${member.name} could not be counted: ${message}`);
  }
}

/** https://redis.io/docs/latest/commands/info/ (commandstats: calls and microseconds since the start or CONFIG RESETSTAT) */
function lookOf(
  member: RedisMember,
  server: Readonly<Record<string, string>>,
  commands: Readonly<Record<string, string>>,
): StatementLook {
  const nowMs = (numberOf(server, 'server_time_usec') ?? Date.now() * 1000) / 1000;
  const uptimeSeconds = numberOf(server, 'uptime_in_seconds') ?? 0;
  const rows = Object.entries(commands).flatMap(([name, text]) => rowOf(name, text) ?? []);
  const sum = (place: number) => rows.reduce((total, row) => total + (row[place] as number), 0);
  return {
    member: member.name,
    role: (member.roleNow ?? member.role) === 'primary' ? 'primary' : 'replica',
    at: new Date(nowMs).toISOString(),
    resetAt: new Date(nowMs - uptimeSeconds * 1000).toISOString(),
    forgotten: 0,
    leastMs: 0,
    all: { calls: sum(3), totalMs: sum(4), statements: rows.length },
    unmeasured: [],
    rows,
    running: [],
  };
}

/** `cmdstat_get` with `calls=21,usec=175,usec_per_call=8.33,rejected_calls=0,failed_calls=0`. */
function rowOf(name: string, text: string): StatementRow[] | undefined {
  const command = name.replace(/^cmdstat_/, '');
  if (command === name || OURS.has(command) || !/^[a-z0-9._|-]{1,60}$/i.test(command)) return undefined;
  const [, calls = '0'] = /\bcalls=(\d+)/.exec(text) ?? [];
  const [, usec = '0'] = /\busec=(\d+)/.exec(text) ?? [];
  return [[`redis:${command}`, '', '', Number(calls), Number(usec) / 1000, 0, 0, 0, 0, 0, 0, 0, 0]];
}

/** The slow log by what was run on which kind of key: https://redis.io/docs/latest/commands/slowlog-get/ */
async function slowTables(member: RedisMember): Promise<Table[]> {
  const log = await asked(member, 'SLOWLOG', 'GET', String(MOST_ENTRIES));
  if ('gap' in log) return [];
  const groups = [...Map.groupBy(parseSlowLog(log.reply), ({ what }) => what)]
    .map(([what, entries]) => ({ what, entries, usec: totalUsec(entries) }))
    .toSorted((a, b) => b.usec - a.usec)
    .slice(0, MOST_SHAPES);
  if (groups.length === 0) return [];
  return [
    {
      title: `Slow log of ${member.name}, the newest ${MOST_ENTRIES} at most`,
      columns: ['command', 'times', 'longest', 'total'].map((label) => ({ key: label, label })),
      rows: groups.map(({ what, entries, usec }) => ({
        command: what,
        times: entries.length,
        longest: msText(Math.max(...entries.map((entry) => entry.usec)) / 1000),
        total: msText(usec / 1000),
      })),
    },
  ];
}

function totalUsec(entries: readonly SlowEntry[]): number {
  return entries.reduce((sum, { usec }) => sum + usec, 0);
}

/** https://redis.io/docs/latest/commands/latency-latest/ */
async function eventTables(member: RedisMember): Promise<Table[]> {
  const latest = await asked(member, 'LATENCY', 'LATEST');
  const events = 'gap' in latest ? [] : eventsOf(latest.reply);
  if (events.length === 0) return [];
  return [
    {
      title: `What held up ${member.name}`,
      columns: ['event', 'last', 'longest', 'at'].map((label) => ({ key: label, label })),
      rows: events.map(({ event, at, latestMs, maxMs }) => ({
        event,
        last: msText(latestMs),
        longest: msText(maxMs),
        at: `${new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      })),
    },
  ];
}

/** Percentiles since the start, from Redis 7: `latency_percentiles_usec_get` with `p50=1.003,p99=4.015,p99.9=4.015`. */
function latencyTable(member: RedisMember, info: Readonly<Record<string, string>>): Table[] {
  const rows = Object.entries(info).flatMap(([name, text]) => {
    const command = name.replace(/^latency_percentiles_usec_/, '');
    const [, p50] = /\bp50=([\d.]+)/.exec(text) ?? [];
    const [, p99] = /\bp99=([\d.]+)/.exec(text) ?? [];
    const [, p999] = /\bp99\.9=([\d.]+)/.exec(text) ?? [];
    if (command === name || OURS.has(command) || p99 === undefined) return [];
    return [
      { command: command.toUpperCase(), p50Usec: Number(p50), p99Usec: Number(p99), p999Usec: Number(p999 ?? p99) },
    ];
  });
  const slowest = rows.toSorted((a, b) => b.p99Usec - a.p99Usec).slice(0, MOST_SHAPES);
  if (slowest.length === 0) return [];
  return [
    {
      title: `Latency of ${member.name} since its start, slowest first`,
      columns: ['command', 'p50', 'p99', 'p99.9'].map((label) => ({ key: label, label })),
      rows: slowest.map(({ command, p50Usec, p99Usec, p999Usec }) => ({
        command: command.replace('|', ' '),
        p50: msText(p50Usec / 1000),
        p99: msText(p99Usec / 1000),
        'p99.9': msText(p999Usec / 1000),
      })),
    },
  ];
}

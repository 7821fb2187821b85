import { bytesText, countText, durationText } from '../../checks/wording.ts';
import type { NextAction } from '../../core/finding.ts';
import { emptyReport, type Gap, type Item, type Report, type Table } from '../../core/report.ts';
import { seenClient, type RedisClient } from '../end/client.ts';
import { whyNotEndClient } from '../end/why-not-client.ts';
import { filterWords } from './filter-words.ts';
import type { Asked } from './postgres-look.ts';
import type { MemberLook, RedisLook } from './redis-look.ts';

const MOST_ITEMS = 5;

/** Pure: what was seen of the clients of each member, in words. */
export function redisReport(target: string, look: RedisLook, asked: Asked, at: string): Report {
  const gaps = gapsOf(look);
  const listed = look.members.filter(({ unlisted }) => unlisted === null);
  const count = look.members.length + look.unreached.length;
  return {
    ...emptyReport({
      operation: 'sessions',
      subject: target,
      status: listed.length === 0 ? 'unknown' : 'info',
      headline: look.members.map((member) => memberText(member, asked)).join('; ') || 'no member answered',
      at,
    }),
    ...(gaps.length === 0 ? {} : { coverage: { asked: count, answered: count - gaps.length, gaps } }),
    tables: listed.flatMap((member) => [groupTable(member), clientTable(member)]),
    items: itemsOf(target, look),
    next: [{ label: 'Look again', operation: 'sessions', target, args: [], disruptive: false }],
  };
}

function gapsOf({ members, unreached }: RedisLook): Gap[] {
  const unlisted = members.flatMap(({ unlisted: gap }) =>
    gap === null ? [] : [{ check: 'sessions', kind: 'skipped' as const, ...gap }],
  );
  const partly = members
    .filter(({ unlisted: gap, listed, connected }) => gap === null && listed < connected * 0.95)
    .map(({ name, listed, connected }) => ({
      check: 'sessions',
      kind: 'unreliable' as const,
      reason: `only the youngest ${listed} of ${connected} clients of ${name} were listed: a list of all would hold up everybody`,
    }));
  const silent = unreached.map(({ name, reason }) => ({
    check: 'sessions',
    kind: 'unreliable' as const,
    reason: `${name}: ${reason}`,
  }));
  return [...unlisted, ...partly, ...silent];
}

function memberText(
  { name, role, connected, maxClients, blocked, unlisted, matching, outputBytes }: MemberLook,
  asked: Asked,
): string {
  const most = maxClients === null ? '' : ` of ${maxClients.toLocaleString('en-US')} that fit`;
  const all = `${countText(connected, 'client')} on ${name} (${role})${most}`;
  if (unlisted !== null) return `${all}, not listed`;
  const words = filterWords(asked);
  const shown = words === '' ? all : `${matching} of ${countText(connected, 'client')} on ${name} (${role}) ${words}`;
  const buffers = outputBytes > 0 ? `, output buffers hold ${bytesText(outputBytes)}` : '';
  return `${shown}${blocked > 0 ? `, ${blocked} blocked` : ''}${buffers}`;
}

function groupTable({ name, groups, moreGroups }: MemberLook): Table {
  return {
    title: `Clients on ${name} by name, address and last command${moreGroups > 0 ? `, ${moreGroups} smaller groups left out` : ''}`,
    columns: [
      { key: 'name', label: 'Name' },
      { key: 'host', label: 'From' },
      { key: 'command', label: 'Last command' },
      { key: 'clients', label: 'Clients' },
      { key: 'idle', label: 'Longest idle' },
      { key: 'output', label: 'Output buffers' },
    ],
    rows: groups.map(({ longestIdleSeconds, outputBytes, ...group }) => ({
      ...group,
      idle: durationText(longestIdleSeconds),
      output: outputBytes === 0 ? null : bytesText(outputBytes),
    })),
  };
}

function clientTable({ name, clients, matching }: MemberLook): Table {
  const more = matching > clients.length ? `, ${clients.length} of ${matching}` : '';
  return {
    title: `What holds most or works now on ${name}${more}`,
    columns: [
      { key: 'id', label: 'id' },
      { key: 'who', label: 'Name (user)' },
      { key: 'from', label: 'From' },
      { key: 'kind', label: 'Kind' },
      { key: 'command', label: 'Last command' },
      { key: 'idle', label: 'Idle' },
      { key: 'age', label: 'Connected for' },
      { key: 'output', label: 'Output buffer' },
    ],
    rows: clients.map((client) => ({
      id: client.id,
      who: `${client.name || (client.kind === 'normal' ? 'unnamed' : client.kind)} (${client.user || 'default'})`,
      from: client.addr,
      kind: client.isBlocked ? 'blocked' : client.kind,
      command: client.command,
      idle: durationText(client.idleSeconds),
      age: durationText(client.ageSeconds),
      output: client.outputBytes === 0 ? null : bytesText(client.outputBytes),
    })),
  };
}

/** Only clients that may be ended, across members: what holds most memory first. */
function itemsOf(target: string, { members }: RedisLook): Item[] {
  return members
    .flatMap(({ clients }) => clients)
    .filter((client) => whyNotEndClient(client.id, client, target) === undefined)
    .toSorted((a, b) => Number(b.kind === 'monitor') - Number(a.kind === 'monitor') || b.outputBytes - a.outputBytes)
    .slice(0, MOST_ITEMS)
    .map((client) => ({ text: clientText(client), lines: [], next: [endClient(target, client)] }));
}

function clientText(client: RedisClient): string {
  const { id, member, name, addr, kind, command, idleSeconds, queued, outputBytes, isBlocked } = client;
  const parts = [
    ...(kind === 'normal' ? [] : [kind === 'monitor' ? 'in MONITOR, which slows every other client' : kind]),
    `${isBlocked ? 'blocked in' : 'last command'} ${command || 'none'}`,
    `idle for ${durationText(idleSeconds)}`,
    ...(queued === null ? [] : [`in MULTI with ${countText(queued, 'command')}`]),
    ...(outputBytes > 0 ? [`output buffer ${bytesText(outputBytes)}`] : []),
  ];
  return `Client ${id} on ${member} (${name || 'unnamed'}, from ${addr}) · ${parts.join(' · ')}`;
}

function endClient(target: string, client: RedisClient): NextAction {
  const args = [String(client.id), client.member, seenClient(client)];
  return { label: 'End client…', operation: 'end', target, args, disruptive: true };
}

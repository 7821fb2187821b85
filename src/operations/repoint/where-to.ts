import type { PointerChange, PointerSaid, PointerWrite } from '../../core/pointer.ts';
import { memberAt } from '../../targets/pointer.ts';
import type { Looked, ServersSeen } from './look.ts';

/** What a pointer is changed from and to. `member`: the server that it is to name; null where it is none of the target. */
export type Way = { change: PointerChange; member: string | null; undo?: PointerWrite };

/** Pure: to the one server that takes the writes, or why not. `wanted`: the server that somebody named. */
export function whereTo({ pointer, servers }: Looked, wanted: string | undefined): Way | { refused: string } {
  const known = pointer.hosts.map(({ member }) => member);
  if (wanted !== undefined && !known.includes(wanted))
    return { refused: `${wanted} is no server of this target; there are: ${known.join(', ')}` };
  const alone = oneWriter(servers);
  if ('refused' in alone) return alone;
  const { writer } = alone;
  if (wanted !== undefined && wanted !== writer) return { refused: whyNoWriter(wanted, writer, servers) };
  const host = pointer.hosts.find(({ member }) => member === writer);
  if (!host) return { refused: `${writer} has no host in nightshift.yaml.` };
  if (host.unfit !== null) return { refused: host.unfit };
  if (pointer.said.host === host.host)
    return { refused: `${pointer.name} says ${host.host} already, and that is ${writer}, which takes the writes` };
  const after = { host: host.host, kept: host.kept, ttlSeconds: pointer.ttlSeconds, version: null };
  return possible(pointer.fixed, { change: { before: pointer.said, after }, member: writer });
}

/** Pure: back to what it said before the last change of ours, if it still says what that wrote. */
export function backTo({ pointer, servers }: Looked, writes: readonly PointerWrite[]): Way | { refused: string } {
  const { name, said } = pointer;
  const [youngest] = writes;
  if (youngest === undefined)
    return { refused: `${name} was not changed from here in the last 30 days: there is nothing to undo` };
  const undo = writes.find(({ after }) => after.host === said.host && after.ttlSeconds === said.ttlSeconds);
  if (undo === undefined)
    return {
      refused: `${name} says ${said.host}, and the last change from here wrote ${youngest.after.host}: somebody else has changed it since. Nothing is undone`,
    };
  const alone = oneWriter(servers);
  if ('refused' in alone) return alone;
  const member = memberAt(pointer, undo.before);
  if (member !== null && member !== alone.writer) return { refused: whyNoWriter(member, alone.writer, servers) };
  const after: PointerSaid = { ...undo.before, version: null };
  return possible(pointer.fixed, { change: { before: said, after }, member, undo });
}

function possible(fixed: string | null, way: Way): Way | { refused: string } {
  return fixed === null ? way : { refused: fixed };
}

/** Pure: the server that takes the writes alone. One that does not answer is shown in the plan: after a failover that is the dead one. */
export function oneWriter({ writers, shared }: ServersSeen): { writer: string } | { refused: string } {
  if (shared) return { refused: 'many servers share the writes here, and a pointer names one' };
  const [writer] = writers;
  if (writer === undefined)
    return { refused: 'no server that answers takes writes: there is nothing to point clients to' };
  if (writers.length === 1) return { writer };
  return { refused: `${writers.length} servers take writes: ${writers.join(' and ')}. Stop the wrong one first` };
}

function whyNoWriter(wanted: string, writer: string, { unreached }: ServersSeen): string {
  const what = unreached.includes(wanted) ? 'does not answer' : 'takes no writes';
  return `${wanted} ${what}, and ${writer} takes them: clients are pointed to that one alone`;
}

/** Pure: why an approved change does not hold any more, in one sentence; undefined when it does. */
export function whyMoved({ change, member, undo }: Way, now: Looked): string | undefined {
  const { name, said } = now.pointer;
  const { before } = change;
  if (said.kept !== before.kept || said.ttlSeconds !== before.ttlSeconds || said.version !== before.version)
    return `${saysOf(name, said)} now, and said ${before.host} before.`;
  const again = undo ? backTo(now, [undo]) : whereTo(now, member ?? undefined);
  return 'refused' in again ? `${again.refused}.` : undefined;
}

/** "db.shop.internal says 10.0.0.7, TTL 30 s". */
export function saysOf(name: string, { host, ttlSeconds, version }: PointerSaid): string {
  const ttl = ttlSeconds === null ? '' : `, TTL ${ttlSeconds} s`;
  return `${name} says ${host}${ttl}${version === null ? '' : `, version ${version}`}`;
}

import { countText, listText } from '../../checks/wording.ts';
import type { CanaryRecord } from '../../targets/canary.ts';
import { gapOf, isStill, lengthOf, type WriteGap } from './gap.ts';

/** Pure: what a client of our own saw while the writes moved from one server to the other, one sentence each. */
export function canaryWords(record: CanaryRecord, { from, to }: { from: string; to: string }): string[] {
  const { attempts, login } = record;
  const gap = gapOf(record);
  if (gap === null) {
    const whys = [...new Set(attempts.flatMap(({ why }) => why ?? []))];
    const said = attempts.length === 0 ? 'none was tried in time' : listText(whys);
    return [
      `Nothing was measured: no canary write of ${login} was acknowledged (${said})${whys.some(isRight) ? '; run infra/migrations/canary.sql, or set its ACL' : ''}.`,
    ];
  }
  return [gapWords(record, gap), ...lostWords(record, { from, to })];
}

function isRight(why: string): boolean {
  return why === 'the login may not';
}

function gapWords(record: CanaryRecord, gap: WriteGap): string {
  const { attempts, login } = record;
  const every = `measured every ${secondsText(gap.resolutionMilliseconds)}`;
  if (!isStill(record, gap))
    return `None of ${countText(attempts.length, 'canary write')} of ${login} failed: writes stood still for less than ${secondsText(lengthOf(gap))}, ${every}.`;
  const times = `${clock(record, gap.fromMilliseconds)} to ${clock(record, gap.toMilliseconds)} UTC`;
  const least = gap.isOpen ? ' at least' : '';
  return `Canary writes of ${login} stood still for ${secondsText(lengthOf(gap))}${least}, ${every}: ${times}, ${failedWords(record)}.`;
}

/** "7 of 31 failed: 5 read-only, 2 nobody listens". */
function failedWords({ attempts }: CanaryRecord): string {
  const whys = attempts.flatMap(({ why }) => why ?? []);
  if (whys.length === 0) return 'and none failed';
  const counts = [...new Set(whys)].map((why) => `${whys.filter((one) => one === why).length} ${why}`);
  return `${whys.length} of ${attempts.length} failed: ${listText(counts)}`;
}

function lostWords({ lost, attempts }: CanaryRecord, { from, to }: { from: string; to: string }): string[] {
  if (lost === null) return [];
  const total = attempts.filter(({ member }) => member !== null && member !== to).length;
  if (lost === 0) return [`Lost of the canary: none of what ${from} had acknowledged.`];
  return [
    `Lost of the canary: ${lost} of ${countText(total, 'write')} that ${from} had acknowledged ${lost === 1 ? 'is' : 'are'} not on ${to}.`,
  ];
}

/** Pure: by which login it is proved that the new server takes writes. The last write began when the step had ended. */
export function proofWords(record: CanaryRecord | undefined, { from, to }: { from: string; to: string }): string {
  const last = record?.attempts.at(-1)?.member ?? null;
  if (!record || last === null || last === from)
    return `That ${to} takes writes was proved by the login that acts, not by one like that of an application.`;
  const where = last === to ? to : `${to}, through ${last},`;
  return `${where} acknowledges writes of ${record.login}, a role like that of an application.`;
}

function clock({ startedAt }: CanaryRecord, milliseconds: number): string {
  return new Date(Date.parse(startedAt) + milliseconds).toISOString().slice(11, 21);
}

export function secondsText(milliseconds: number): string {
  return milliseconds < 100 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

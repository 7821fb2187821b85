import { lsnOf, lsnText } from '../../core/lsn.ts';

/** Where a restore shall end. `at` is an ISO time. */
export type RestoreTarget =
  | { kind: 'latest' }
  | { kind: 'end' }
  | { kind: 'time'; at: string }
  | { kind: 'lsn'; lsn: string }
  | { kind: 'name'; name: string };

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Pure: what somebody means by `--to`: `latest`, `end` (of the backup itself), a time, an LSN, else the name of a restore point. A time
 * without a zone is UTC.
 */
export function restoreTarget(text: string): RestoreTarget | { problem: string } {
  if (text === 'latest' || text === 'end') return { kind: text };
  if (/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i.test(text)) return { kind: 'lsn', lsn: lsnText(lsnOf(text)) };
  if (TIME.test(text)) return timeTarget(text);
  if (/^[\w.-]{1,63}$/.test(text)) return { kind: 'name', name: text };
  return {
    problem: `"${text}" is no time (2026-11-29 02:00:00Z), no LSN (0/3000028), and no name of a restore point.`,
  };
}

function timeTarget(text: string): RestoreTarget | { problem: string } {
  const [, day = '', time = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`;
  const at = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}${offset}`);
  if (Number.isNaN(at)) return { problem: `There is no such time: ${text}.` };
  return { kind: 'time', at: new Date(at).toISOString() };
}

/** As a sentence says it. */
export function targetText(target: RestoreTarget): string {
  if (target.kind === 'time') return target.at;
  if (target.kind === 'lsn') return target.lsn;
  if (target.kind === 'name') return `the restore point ${target.name}`;
  return target.kind === 'end' ? 'the end of the backup' : 'the last that was stored';
}

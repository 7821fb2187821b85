import { countText } from '../../checks/wording.ts';
import type { LogGroup } from './excerpt.ts';

type OnMember = LogGroup & { member: string };

const ASKED = /^received (?!.*promote)/;
const REFUSED = /^the database system is /;
const READY = /^database system is ready/;
const STARTED = /^starting PostgreSQL/;

/**
 * Pure: the lines that one restart of a server is told in, as one group of each member: who asked, the version, when it was back, and how
 * many clients were refused meanwhile. Restarts that tell in a single line stay as they are.
 */
export function foldRestarts(groups: readonly OnMember[]): OnMember[] {
  const restarts = Map.groupBy(
    groups.filter(({ kind }) => kind === 'restart'),
    ({ member }) => member,
  );
  const others = groups.filter(({ kind, member }) => kind !== 'restart' || (restarts.get(member)?.length ?? 0) < 2);
  const folded = [...restarts.values()].filter((lines) => lines.length > 1).map(fold);
  return [...others, ...folded];
}

function fold(lines: readonly OnMember[]): OnMember {
  const started = countOf(lines, STARTED);
  const ready = countOf(lines, READY);
  const times = Math.max(1, started, ready);
  const refused = countOf(lines, REFUSED);
  const said = [
    times === 1 ? 'the server restarted' : `the server restarted ${times} times`,
    ...lines.filter(({ message }) => ASKED.test(message)).map(({ message }) => message),
    ...lines.filter(({ message }) => STARTED.test(message)).map(({ message }) => message),
    ...(ready > 0 ? ['ready to accept connections'] : ['not ready yet']),
    ...(refused > 0 ? [`${countText(refused, 'client')} refused meanwhile`] : []),
    ...lines.filter(isOther).map(({ message }) => message),
  ];
  const ends = lines.flatMap(({ first, last }) => (first !== null && last !== null ? [first, last] : [])).toSorted();
  const [one] = lines;
  return {
    kind: 'restart',
    member: one?.member ?? '',
    message: said.join('; '),
    count: times,
    first: ends[0] ?? null,
    last: ends.at(-1) ?? null,
    who: [],
    statement: null,
  };
}

function isOther({ message }: OnMember): boolean {
  return ![ASKED, REFUSED, READY, STARTED].some((pattern) => pattern.test(message));
}

function countOf(lines: readonly OnMember[], pattern: RegExp): number {
  return lines.filter(({ message }) => pattern.test(message)).reduce((sum, { count }) => sum + count, 0);
}

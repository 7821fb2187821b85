import { didYouMean } from './did-you-mean.ts';
import type { Misfit } from './problems.ts';
import type { HysteresisEntry, WindowEntry } from './quiet-schema.ts';
import type { Salvaged } from './salvage.ts';
import { whyNotTimeZone } from './schedule-expression.ts';
import type { NightshiftFile } from './schema.ts';
import type { KnownCheck } from './thresholds.ts';
import { localMoment } from './windows.ts';
import { momentOf } from './zone-time.ts';

/** Every window says where and when it is, and names only what exists; every check of `hysteresis` exists. */
export function quietProblems({ file, names }: Salvaged, checks: readonly KnownCheck[]): Misfit[] {
  const schedules = new Set(Object.keys(file.schedules));
  return [
    ...Object.entries(file.windows).flatMap(([name, window]) => [
      ...placeProblems(['windows', name], window, names),
      ...timeProblems(['windows', name], window),
      ...window.expects.flatMap((what, index) => expectedProblem(['windows', name, 'expects', index], what, checks)),
      ...window.holdsBack.flatMap((schedule, index) =>
        unknown(['windows', name, 'holdsBack', index], 'schedule', schedule, schedules),
      ),
    ]),
    ...hysteresisProblems(file, checks),
  ];
}

function placeProblems(at: readonly PropertyKey[], window: WindowEntry, names: Salvaged['names']): Misfit[] {
  const { environment, target } = window;
  return [
    ...((environment === undefined) === (target === undefined)
      ? [{ at, message: 'a window names either an environment or a target' }]
      : []),
    ...(environment === undefined
      ? []
      : unknown([...at, 'environment'], 'environment', environment, names.environments)),
    ...(target === undefined ? [] : unknown([...at, 'target'], 'target', target, names.targets)),
  ];
}

function timeProblems(at: readonly PropertyKey[], { weekly, dates, timezone }: WindowEntry): Misfit[] {
  const reason = whyNotTimeZone(timezone);
  if (reason !== undefined) {
    const suggestion = didYouMean(timezone, Intl.supportedValuesOf('timeZone'));
    return [{ at: [...at, 'timezone'], message: reason, suggestion }];
  }
  if (weekly.length + dates.length === 0)
    return [{ at, message: 'a window says when it is: under `weekly` or `dates`' }];
  return dates.flatMap((date, index) => {
    const [from, to] = [localMoment(date.from), localMoment(date.to)];
    const isForward = from && to && momentOf(from, timezone, 'first') < momentOf(to, timezone, 'last');
    return isForward ? [] : [{ at: [...at, 'dates', index, 'to'], message: 'a window ends after it has begun' }];
  });
}

/** A key is a check's id, a colon and the object, which nobody knows beforehand. */
function expectedProblem(at: readonly PropertyKey[], what: string, checks: readonly KnownCheck[]): Misfit[] {
  const [check = ''] = what.split(':', 1);
  // Who does not answer is asked by no check, and expected most of all.
  if (/^(postgres|redis)\.reachable$/.test(check)) return [];
  return unknown(
    at,
    'check',
    check,
    checks.map(({ id }) => id),
  );
}

function hysteresisProblems(file: NightshiftFile, checks: readonly KnownCheck[]): Misfit[] {
  const ids = checks.map(({ id }) => id);
  const layer = (at: readonly PropertyKey[], entry: HysteresisEntry): Misfit[] =>
    Object.keys(entry).flatMap((id) => unknown([...at, 'hysteresis', id], 'check', id, ids));
  return [
    ...layer([], file.hysteresis),
    ...Object.entries(file.environments).flatMap(([name, entry]) => layer(['environments', name], entry.hysteresis)),
    ...Object.entries(file.targets).flatMap(([name, entry]) => layer(['targets', name], entry.hysteresis)),
  ];
}

function unknown(at: readonly PropertyKey[], kind: string, name: string, known: Iterable<string>): Misfit[] {
  const all = [...known];
  if (all.includes(name)) return [];
  const id = kind === 'check' ? 'id' : 'name';
  return [{ at, message: `there is no ${kind} of this ${id}`, suggestion: didYouMean(name, all) }];
}

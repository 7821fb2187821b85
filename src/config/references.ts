import { didYouMean } from './did-you-mean.ts';
import type { Misfit } from './problems.ts';
import type { Salvaged } from './salvage.ts';
import { nameAdvice, namePattern, type NightshiftFile, type ScheduleEntry } from './schema.ts';
import { whyNotSchedule, whyNotTimeZone } from './schedule-expression.ts';

/** What the config knows of an operation. */
export type KnownOperation = { id: string; scope?: 'none' | 'target' | 'environment'; graver?: object };

/** Every name that stands for something else stands for something that exists, and only once. */
export function referenceProblems({ file, names }: Salvaged, operations: readonly KnownOperation[]): Misfit[] {
  return [
    ...badNames(file, names),
    ...Object.entries(file.targets).flatMap(([name, target]) =>
      unknown(['targets', name, 'environment'], 'environment', target.environment, names.environments),
    ),
    ...Object.entries(file.environments).flatMap(([name, { approvals }]) =>
      verbProblems(name, approvals.verbs, operations),
    ),
    ...roleEnvironments(file, names.environments),
    ...duplicateSlackIds(file),
    ...duplicateMembersAndAlarms(file),
    ...timezoneProblems(['timezone'], file.timezone),
    ...Object.entries(file.schedules).flatMap(([name, schedule]) =>
      scheduleProblems(name, schedule, names, operations),
    ),
  ];
}

function unknown(at: readonly PropertyKey[], kind: string, name: string, known: ReadonlySet<string>): Misfit[] {
  if (known.has(name)) return [];
  return [{ at, message: `there is no ${kind} of this name`, suggestion: didYouMean(name, known) }];
}

function verbProblems(environment: string, verbs: object, operations: readonly KnownOperation[]): Misfit[] {
  const known = new Set(operations.flatMap(({ id, graver = {} }) => [id, ...Object.keys(graver)]));
  return Object.keys(verbs).flatMap((verb) =>
    unknown(['environments', environment, 'approvals', 'verbs', verb], 'operation', verb, known),
  );
}

function badNames(file: NightshiftFile, names: Salvaged['names']): Misfit[] {
  const ill = (section: string, all: Iterable<string>): Misfit[] =>
    [...all].filter((name) => !namePattern.test(name)).map((name) => ({ at: [section, name], message: nameAdvice }));
  const memberNames = Object.entries(file.targets).flatMap(([target, { members }]) =>
    Object.keys(members)
      .filter((name) => !namePattern.test(name))
      .map((name) => ({ at: ['targets', target, 'members', name], message: nameAdvice })),
  );
  const poolerNames = Object.entries(file.targets).flatMap(([target, { fence }]) =>
    Object.keys(fence?.poolers ?? {})
      .filter((name) => !namePattern.test(name))
      .map((name) => ({ at: ['targets', target, 'fence', 'poolers', name], message: nameAdvice })),
  );
  const ambiguous = [...names.targets]
    .filter((name) => names.environments.has(name) || name === 'fleet')
    .map((name) => ({ at: ['targets', name], message: 'a target cannot be called like an environment, nor `fleet`' }));
  return [
    ...ill('environments', names.environments),
    ...ill('targets', names.targets),
    ...ill('people', Object.keys(file.people)),
    ...ill('groups', Object.keys(file.groups)),
    ...ill('schedules', Object.keys(file.schedules)),
    ...ill('windows', Object.keys(file.windows)),
    ...memberNames,
    ...poolerNames,
    ...ambiguous,
  ];
}

function roleEnvironments(file: NightshiftFile, environments: ReadonlySet<string>): Misfit[] {
  const known = new Set([...environments, '*']);
  return (['people', 'groups'] as const).flatMap((section) =>
    Object.entries(file[section]).flatMap(([name, { roles }]) =>
      Object.keys(roles).flatMap((environment) =>
        unknown([section, name, 'roles', environment], 'environment', environment, known),
      ),
    ),
  );
}

function duplicateSlackIds(file: NightshiftFile): Misfit[] {
  const entries = [...Object.entries(file.people), ...Object.entries(file.groups)];
  const sections = [...Object.keys(file.people).map(() => 'people'), ...Object.keys(file.groups).map(() => 'groups')];
  return repeated(
    entries.map(([name, { slack }], index) => ({
      value: slack,
      owner: name,
      at: [sections[index] ?? 'people', name, 'slack'],
    })),
    (owner) => `${owner} has the same Slack id`,
  );
}

function duplicateMembersAndAlarms(file: NightshiftFile): Misfit[] {
  const targets = Object.entries(file.targets);
  const members = targets.flatMap(([name, target]) =>
    Object.keys(target.members).map((member) => ({
      value: member,
      owner: name,
      at: ['targets', name, 'members', member],
    })),
  );
  const alarms = targets.flatMap(([name, target]) =>
    target.alarms.map((alarm, index) => ({ value: alarm, owner: name, at: ['targets', name, 'alarms', index] })),
  );
  return [
    ...repeated(members, (owner) => `${owner} has a member of this name already`),
    ...repeated(
      alarms,
      (owner) => `this alarm belongs to ${owner} already, and an alarm with two targets runs nothing`,
    ),
  ];
}

type Claim = { value: string; owner: string; at: readonly PropertyKey[] };

function repeated(claims: readonly Claim[], sentence: (owner: string) => string): Misfit[] {
  const first = new Map<string, string>();
  return claims.flatMap(({ value, owner, at }) => {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, owner);
    return earlier === undefined ? [] : [{ at, message: sentence(earlier) }];
  });
}

function scheduleProblems(
  name: string,
  schedule: ScheduleEntry,
  names: Salvaged['names'],
  operations: readonly KnownOperation[],
): Misfit[] {
  const { operation, environment, target, expression, timezone } = schedule;
  const at = ['schedules', name];
  const known = operations.find(({ id }) => id === operation);
  const found: Misfit[] = unknown(
    [...at, 'operation'],
    'operation',
    operation,
    new Set(operations.map(({ id }) => id)),
  );
  if ((environment === undefined) === (target === undefined)) {
    found.push({ at, message: 'a schedule names either an environment or a target' });
  }
  if (environment !== undefined) {
    found.push(...unknown([...at, 'environment'], 'environment', environment, names.environments));
    if (known?.scope === 'target')
      found.push({ at: [...at, 'environment'], message: `${operation} works on one target` });
  }
  if (target !== undefined) found.push(...unknown([...at, 'target'], 'target', target, names.targets));
  const expressionReason = whyNotSchedule(expression);
  if (expressionReason !== undefined) found.push({ at: [...at, 'expression'], message: expressionReason });
  return [...found, ...timezoneProblems([...at, 'timezone'], timezone)];
}

function timezoneProblems(at: readonly PropertyKey[], timezone: string): Misfit[] {
  const message = whyNotTimeZone(timezone);
  if (message === undefined) return [];
  return [{ at, message, suggestion: didYouMean(timezone, Intl.supportedValuesOf('timeZone')) }];
}

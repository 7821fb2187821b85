import { stringify } from 'yaml';
import { hosted } from '../../config/topology.ts';
import { roomsOf, usualUser } from '../../providers/login-script.ts';
import type { Answers, MemberAnswer, TargetAnswer } from './answers.ts';

/** The text of nightshift.yaml, commented where a person will look for more. */
export function configText(answers: Answers): string {
  const approvers = answers.people.filter(({ role }) => role === 'approver').length;
  return [
    '# yaml-language-server: $schema=./nightshift.schema.json',
    '#',
    '# What Nightshift looks after, who may ask for what, and what runs by itself.',
    '# `npx nightshift config check` prints every problem in this file at once; docs/config.md lists every key.',
    '# A change is a deploy: npm run generate, then npm run deploy.',
    '',
    ...environmentLines(answers, approvers),
    '# Everybody who is not named here, and in none of the groups, is refused.',
    "# viewer: may look · operator: may also ask for work · approver: may also say yes to plans. '*' stands for every environment.",
    'people:',
    ...answers.people.map(({ name, slack, role }) => `  ${name}: { slack: ${slack}, roles: { '*': ${role} } }`),
    '',
    '# Slack user groups give their members a role, too:',
    '# groups:',
    "#   database-people: { slack: S0123ABCD, roles: { '*': approver } }",
    '',
    'targets:',
    ...answers.targets.flatMap((target) => targetLines(target, answers)),
    ...scheduleLines(answers),
    '# Where backups are kept; without it none are made. Usual are a full on Sunday, an increment a day, WAL every five minutes, a snapshot',
    '# of Redis a day, and a drill a week, all in UTC (docs/backups.md); `backup:` on an environment or a target says what differs.',
    '# backups:',
    '#   primary: { bucket: acme-nightshift-backups, region: eu-central-1 }',
    '#   secondary: { directory: /var/backups/nightshift }',
    '',
    '# Limits for every environment; docs/checks.md lists them with their defaults:',
    '# thresholds:',
    '#   postgres.connections: { warningRatio: 0.8 }',
    '',
  ].join('\n');
}

function environmentLines({ environments }: Answers, approvers: number): string[] {
  const few = approvers < 2 ? ' # 2, as soon as there are two approvers' : '';
  return [
    'environments:',
    ...environments.flatMap(({ name, channel }) => [
      `  ${name}:`,
      '    # Slack channel ids, people and groups are ids, never display names: names change, ids do not.',
      `    channel: ${channel}`,
      '    # Who must say yes to the exact plan before it is carried out: `policy` asks nobody, { people: N } asks N approvers.',
      '    approvals:',
      '      writes: policy',
      '      interrupts: { people: 1 }',
      `      destroys: { people: ${Math.min(2, approvers)} }${few}`,
    ]),
    '',
  ];
}

function targetLines(target: TargetAnswer, answers: Answers): string[] {
  const { name, engine, provider, database, masterName, tls } = target;
  const about = {
    engine,
    provider,
    environment: target.environment ?? answers.environments[0]?.name,
    region: answers.region,
    ...(database === undefined ? {} : { database }),
    ...(masterName === undefined ? {} : { masterName }),
    ...(tls ? {} : { tls }),
  };
  return [
    `  ${name}:`,
    ...indented(stringify(about), 4),
    '    # CloudWatch alarms that belong to this target by name; those of its members are recognised by themselves.',
    '    alarms: []',
    ...canaryLines(target),
    '    members:',
    ...target.members.flatMap((member, index) => memberLines(target, member, index, answers.stage)),
    '',
  ];
}

/** Off unless somebody wants it: a bot that looks must not write. Clouds move the writes by themselves, and are measured by what they say. */
function canaryLines({ provider }: TargetAnswer): string[] {
  if (hosted.includes(provider)) return [];
  return [
    '    # One row (Redis: one key) of its own that the bot writes while the writes move, so that the gap and the loss are measured; first run',
    '    # infra/migrations/canary.sql, or set its ACL, and take its login in below, too (docs/acting.md):',
    '    # canary: true',
  ];
}

function memberLines(target: TargetAnswer, member: MemberAnswer, index: number, stage: string): string[] {
  const { role, host, port, identifier } = member;
  const name = memberName(target, index);
  const about = {
    role,
    host,
    ...(port === undefined ? {} : { port }),
    ...(identifier === undefined ? {} : { identifier }),
  };
  return [`      ${name}:`, ...indented(stringify(about), 8), ...credentialLines(target, index, stage)];
}

/** Members are called after their target; a Sentinel has an s before its number. */
function memberName({ name, members }: TargetAnswer, index: number): string {
  const sentinel = members[index]?.role === 'sentinel';
  const before = members.slice(0, index).filter(({ role }) => (role === 'sentinel') === sentinel).length;
  return `${name}-${sentinel ? 's' : ''}${before + 1}`;
}

/** The first server says them, the others repeat them by its anchor. */
function credentialLines(target: TargetAnswer, index: number, stage: string): string[] {
  if (target.members[index]?.role === 'sentinel') return ['        credentials: { read: {} }'];
  if (index > target.members.findIndex(({ role }) => role !== 'sentinel'))
    return [`        credentials: *${target.name}`];
  return [
    '        # One database role for each room that needs one; a missing room refuses its verbs, with the reason.',
    `        credentials: &${target.name}`,
    ...roomsOf(target).map(
      (room) =>
        `          ${room}: { user: ${target.users[room] ?? usualUser(target, room)}, password: ${passwordReference(target, room, stage)} }`,
    ),
    ...(hosted.includes(target.provider)
      ? []
      : [`          # canary: { user: nightshift_canary, password: ${passwordReference(target, 'canary', stage)} }`]),
  ];
}

/** Each room has a path of its own. */
function passwordReference({ name, passwords }: TargetAnswer, room: string, stage: string): string {
  switch (passwords) {
    case 'iam':
      return 'iam';
    case 'ssm':
      return `ssm:/nightshift/${stage}/${room}/${name}`;
    case 'secretsmanager':
      return `secretsmanager:nightshift/${stage}/${room}/${name}`;
    case 'env':
      return `env:${`${name}_${room}_PASSWORD`.replaceAll('-', '_').toUpperCase()}`;
  }
}

function scheduleLines({ schedule, environments }: Answers): string[] {
  if (!schedule) return [];
  return [
    '# As EventBridge Scheduler writes them: cron(minutes hours day-of-month month day-of-week year) or rate(value unit).',
    'schedules:',
    ...environments.flatMap(({ name }, index) => [
      `  ${index === 0 ? 'nightly-health' : `nightly-health-${name}`}:`,
      '    operation: health',
      `    environment: ${name}`,
      `    expression: ${schedule.expression}`,
      `    timezone: ${schedule.timezone}`,
    ]),
    '  # Remembers who takes writes and how far they are; it posts when two do, or the wrong one.',
    ...environments.flatMap(({ name }, index) => [
      `  ${index === 0 ? 'watch-writers' : `watch-writers-${name}`}:`,
      '    operation: watch',
      `    environment: ${name}`,
      '    expression: rate(5 minutes)',
    ]),
    '',
  ];
}

function indented(text: string, columns: number): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${' '.repeat(columns)}${line}`);
}

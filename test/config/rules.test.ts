import { describe, expect, it, test } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { configOf, problemsOf, text } from './fixture.ts';

function linesAfter(...changes: readonly [string, string][]): string[] {
  const changed = changes.reduce((config, [from, to]) => {
    expect(config).toContain(from);
    return config.replace(from, to);
  }, text);
  return problemsOf(changed).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));
}

test('a target in an unknown environment is a problem', () => {
  expect(linesAfter(['environment: production\n', 'environment: prod\n'])).toEqual([
    'targets.orders-db.environment: there is no environment of this name',
  ]);
});

test('one Slack id stands for one person', () => {
  expect(linesAfter(['U0OMAR', 'U0VERA'])).toEqual(['people.omar.slack: vera has the same Slack id']);
});

test('a display name is not a Slack id', () => {
  expect(linesAfter(['C0DBALERTS', '"#database-alerts"'])).toEqual([
    'environments.production.channel: a Slack channel id looks like C0123ABCD, it is not the name',
  ]);
});

test('a target without a primary, or with two, is a problem', () => {
  expect(linesAfter(['role: primary', 'role: replica'])).toEqual([
    'targets.orders-db.members: no member has the role primary',
  ]);
  expect(linesAfter(['role: replica', 'role: primary'])).toEqual([
    'targets.orders-db.members: 2 members have the role primary, one can have it',
  ]);
});

test('a provider of another engine is a problem', () => {
  expect(linesAfter(['provider: self-managed', 'provider: standalone'])).toEqual([
    'targets.orders-db.provider: does not host postgres; known for it are rds, aurora, self-managed',
  ]);
});

test('PostgreSQL needs a database and a user', () => {
  expect(linesAfter(['    database: orders\n', ''], ['user: nightshift_read, ', ''])).toEqual([
    'targets.orders-db.database: is missing: a PostgreSQL session needs a database to connect to',
    'targets.orders-db.members.orders-db-1.credentials.read: needs a `user`: PostgreSQL has no nameless login',
  ]);
});

test('Sentinel needs sentinels and the name that they know', () => {
  const redis = text.replace(/targets:[\s\S]*?schedules:/, () =>
    [
      'targets:',
      '  cache:',
      '    { engine: redis, provider: sentinel, environment: production,',
      '      members: { c1: { role: primary, host: c1 } } }',
      'schedules:',
    ].join('\n'),
  );
  expect(problemsOf(redis).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'targets.cache.masterName: is missing: the name under which the Sentinels know the primary',
    'targets.cache.members: no member has the role sentinel',
  ]);
});

test('an alarm or a member name belongs to one target', () => {
  const twin = `  billing-db:
    engine: postgres
    provider: rds
    environment: production
    database: billing
    alarms: [orders-lag]
    members: { orders-db-2: { role: primary, host: db3.example.internal } }
schedules:`;
  expect(linesAfter(['schedules:', twin])).toEqual([
    'targets.billing-db.alarms[0]: this alarm belongs to orders-db already, and an alarm with two targets runs nothing',
    'targets.billing-db.members.orders-db-2: orders-db has a member of this name already',
  ]);
});

test('a rule that asks more approvers than there are can never be met', () => {
  expect(linesAfter(['interrupts: { people: 2 }', 'interrupts: { people: 4 }'])).toEqual([
    'environments.production.approvals.interrupts: asks for 4 approvers, but 2 people have that role here',
  ]);
});

test('a rule for a verb names a verb that there is, and can be met', () => {
  expect(linesAfter(['interrupts: { people: 2 }', 'verbs: { heath: policy }'])).toEqual([
    'environments.production.approvals.verbs.heath: there is no operation of this name (did you mean health?)',
  ]);
  expect(linesAfter(['interrupts: { people: 2 }', 'verbs: { health: { people: 4 } }'])).toEqual([
    'environments.production.approvals.verbs.health: asks for 4 approvers, but 2 people have that role here',
  ]);
});

test('members of a group that approves are not counted', () => {
  const group = "groups:\n  dbas: { slack: S0DBAS, roles: { '*': approver } }\ntargets:";
  expect(linesAfter(['interrupts: { people: 2 }', 'interrupts: { people: 4 }'], ['targets:', group])).toEqual([]);
});

test('unknown checks and limits of another name are problems, in every layer', () => {
  expect(
    linesAfter(
      ['      postgres.idle-in-transaction: { warningSeconds', '      postgres.idle-in-transacton: { warningSeconds'],
      ['{ criticalSeconds: 300 }', '{ criticalSecond: 300 }'],
      ['warningSeconds: 50', 'warningSeconds: soon'],
    ),
  ).toEqual([
    'environments.production.thresholds["postgres.idle-in-transacton"]: there is no check of this id (did you mean postgres.idle-in-transaction?)',
    'targets.orders-db.thresholds["postgres.idle-in-transaction"].criticalSecond: unknown key; known are warningSeconds, criticalSeconds (did you mean criticalSeconds?)',
    'thresholds["postgres.idle-in-transaction"].warningSeconds: must be a number',
  ]);
});

test("rules between limits are the check's own and count for the merged limits", () => {
  expect(linesAfter(['{ criticalSeconds: 300 }', '{ criticalSeconds: 20 }'])).toEqual([
    'targets.orders-db.thresholds["postgres.idle-in-transaction"]: warning comes before critical',
  ]);
  expect(
    linesAfter(
      ['{ warningSeconds: 30 }', '{ warningSeconds: 700 }'],
      ['{ criticalSeconds: 300 }', '{ criticalSeconds: 900 }'],
    ),
  ).toEqual([]);
});

test('a schedule names one subject that its operation accepts, and a zone that exists', () => {
  expect(linesAfter(['operation: health, environment: production', 'operation: end, environment: production'])).toEqual(
    ['schedules.nightly.environment: end works on one target'],
  );
  expect(linesAfter(['operation: health, environment: production', 'operation: health'])).toEqual([
    'schedules.nightly: a schedule names either an environment or a target',
  ]);
  expect(linesAfter(['Europe/Berlin', 'Europe/Brlin'])).toEqual([
    'schedules.nightly.timezone: is not a known IANA time zone such as Europe/Berlin or UTC (did you mean Europe/Berlin?)',
  ]);
});

test('names are what a person types, and no target is called like an environment', () => {
  expect(linesAfter(['  vera:', '  Vera B:'], ['orders-db:', 'production:'])).toEqual([
    'people["Vera B"]: a name starts with a lower-case letter and holds lower-case letters, digits and hyphens',
    'targets.production: a target cannot be called like an environment, nor `fleet`',
  ]);
});

describe('who tells of the machines', () => {
  const withMachine = (entry: string): [string, string] => ['    alarms: [orders-lag]\n', `    machine: ${entry}\n`];
  const machinesOf = (config: string) => configOf(config).targets[0]?.members.map(({ machine }) => machine);

  it('is named once for all members, by their hosts, and a member may have its own', () => {
    const [from, to] = withMachine("{ from: node-exporter, url: 'http://{host}:9100/metrics' }");
    const own = "port: 5433, machine: { from: prometheus, url: 'https://prom.internal/p', dataDirectory: /data } }";
    expect(machinesOf(text.replace(from, to).replace('port: 5433 }', own))).toEqual([
      { from: 'node-exporter', url: 'http://db1.example.internal:9100/metrics', instance: 'db1.example.internal:9100' },
      {
        from: 'prometheus',
        url: 'https://prom.internal/p',
        instance: 'db2.example.internal:9100',
        dataDirectory: '/data',
      },
    ]);
    expect(
      configOf(text.replace(from, to), { 'orders-db-1': '[::1]:5432' }).targets[0]?.members[0]?.machine,
    ).toMatchObject({
      url: 'http://[::1]:9100/metrics',
      instance: '[::1]:9100',
    });
  });

  it('is a URL that carries no secret and asks nothing by itself', () => {
    const wrong = [
      'ftp://{host}',
      'http://user:pass@{host}',
      'http://{host}/?x=1',
      'http://{host}:9100/#a',
      'db1:9100',
    ];
    for (const url of wrong) {
      const [line = ''] = linesAfter(withMachine(`{ from: node-exporter, url: '${url}' }`));
      expect(line).toMatch(/^targets\.orders-db\.machine\.url: a URL is http/);
    }
  });

  it('is told for every member or for none, and for servers of one’s own alone', () => {
    const own = "port: 5433, machine: { from: node-exporter, url: 'http://{host}:9100/metrics' } }";
    expect(linesAfter(['port: 5433 }', own])).toEqual([
      'targets.orders-db.members.orders-db-1.machine: is missing: other members have one, and a machine that nobody sees would look like a calm one',
    ]);
    expect(linesAfter(['provider: self-managed', 'provider: rds'], ['port: 5433 }', own])).toEqual([
      'targets.orders-db.machine: is for servers of your own; rds tells of its machines itself',
    ]);
  });
});

describe('the quarantine of a target', () => {
  const withQuarantine = (id: string): [string, string] => [
    '    alarms: [orders-lag]\n',
    `    quarantine: ${id}\n    alarms: [orders-lag]\n`,
  ];
  const hosted: [string, string] = ['provider: self-managed', 'provider: rds'];

  it('is a security group of an RDS instance', () => {
    const [from, to] = withQuarantine('sg-0123456789abcdef0');
    expect(configOf(text.replace(from, to).replace(...hosted)).targets[0]?.quarantine).toBe('sg-0123456789abcdef0');
    expect(linesAfter(withQuarantine('nobody'), hosted)[0]).toMatch(/quarantine: .*looks like sg-0123456789abcdef0/);
  });

  it('is a problem where nobody but its owner has security groups', () => {
    expect(linesAfter(withQuarantine('sg-0123456789abcdef0'))).toEqual([
      'targets.orders-db.quarantine: is a security group of an RDS instance; this target is hosted elsewhere',
    ]);
  });
});

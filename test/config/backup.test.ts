import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const store = 'backups: { primary: { bucket: acme-backups, region: eu-central-1 } }\n';
const onTarget = (entry: string): string =>
  store + text.replace('    alarms: [orders-lag]\n', `    alarms: [orders-lag]\n    backup: ${entry}\n`);
const onEnvironment = (config: string, entry: string): string =>
  config.replace('    channel: C0DBALERTS\n', `    channel: C0DBALERTS\n    backup: ${entry}\n`);
const linesOf = (config: string): string[] =>
  problemsOf(config).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));

describe('backups in nightshift.yaml', () => {
  it('are off where no store is written', () => {
    const config = configOf(text);
    expect(config.backups).toBeUndefined();
    expect(config.targets[0]?.backup).toBeUndefined();
  });

  it('follow the usual policy where a store is all that is written', () => {
    const config = configOf(store + text);
    expect(config.backups).toEqual({ primary: { kind: 'bucket', bucket: 'acme-backups', region: 'eu-central-1' } });
    expect(config.targets[0]?.backup).toEqual(usualBackupPolicy);
    expect(usualBackupPolicy).toMatchObject({
      full: { days: ['sun'], minutes: 120 },
      incremental: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], minutes: 180 },
      walMinutes: 5,
      anySecondDays: 7,
      fullDays: 30,
      snapshotDays: 7,
    });
  });

  it('lay what the target says over what its environment says, key by key', () => {
    const config = configOf(
      onEnvironment(onTarget('{ walMinutes: 1, incremental: off }'), '{ walMinutes: 10, fullDays: 60 }'),
    );
    expect(config.targets[0]?.backup).toEqual({ ...usualBackupPolicy, walMinutes: 1, incremental: null, fullDays: 60 });
  });

  it('are off for a target, or an environment, that says so', () => {
    expect(configOf(onTarget('{ mode: off }')).targets[0]?.backup).toBeUndefined();
    expect(configOf(onEnvironment(store + text, '{ mode: off }')).targets[0]?.backup).toBeUndefined();
    expect(configOf(onEnvironment(onTarget('{ mode: on }'), '{ mode: off }')).targets[0]?.backup).toEqual(
      usualBackupPolicy,
    );
  });

  it('need a store: a policy that has no effect is a problem', () => {
    expect(linesOf(onTarget('{ walMinutes: 1 }').replace(store, ''))).toEqual([
      'targets.orders-db.backup: has no effect: write under `backups` at the top where backups are kept',
    ]);
    // Where the store is only ill written, that alone is told.
    expect(linesOf(onTarget('{ walMinutes: 1 }').replace('acme-backups', 'Acme'))).toEqual([
      'backups.primary.bucket: a bucket is its name alone: lower-case letters, digits and hyphens',
    ]);
  });

  it('name one place each, and two that are not the same', () => {
    const places = (entry: string): string[] => linesOf(`backups: ${entry}\n${text}`);
    expect(places('{ primary: {} }')).toEqual([
      'backups.primary: a store is either `{ bucket: … }` or `{ directory: … }`',
    ]);
    expect(places('{ primary: { directory: /b, kmsKey: a } }')).toEqual([
      'backups.primary: a directory has no prefix, region, kmsKey or replicated',
    ]);
    expect(places('{ primary: { directory: backups } }')).toEqual([
      'backups.primary.directory: a directory begins with /',
    ]);
    expect(places('{ primary: { bucket: abc }, secondary: { bucket: abc, prefix: two } }')).toEqual([
      'backups.secondary: is the same store as the primary: whatever destroys one of them destroys both',
    ]);
    expect(places('{ primary: { buckett: abc } }')[0]).toMatch(/did you mean bucket/);
    expect(places('{ primary: { bucket: abc }, secondary: { directory: /b } }')).toEqual([]);
  });

  it('are told in words what does not fit', () => {
    expect(linesOf(onTarget('{ full: { days: [sunday], at: "02:00" } }'))).toEqual([
      'targets.orders-db.backup.full.days[0]: is not one of the known words; known are sun, mon, tue, wed, thu, fri, sat',
    ]);
    expect(linesOf(onTarget('{ incremental: daily }'))).toEqual([
      'targets.orders-db.backup.incremental: is written `{ days: [sun], at: "02:00" }`, in UTC, or `off`',
    ]);
    expect(linesOf(onTarget('{ snapshotDays: 3 }'))).toEqual([
      'targets.orders-db.backup.snapshotDays: is not for postgres',
    ]);
    expect(linesOf(onTarget('{ walMinute: 3 }'))[0]).toMatch(/did you mean walMinutes/);
    expect(linesOf(onTarget('{ assertions: { Orders: select true } }'))[0]).toMatch(
      /assertions.*the name of an assertion is lower-case letters/,
    );
  });

  it('promise nothing that has no means', () => {
    expect(linesOf(onTarget('{ fullDays: 3 }'))).toEqual([
      'targets.orders-db.backup: keeps fulls for 3 days only, but any second of 7 days can need an older one: set fullDays to 7 at least',
    ]);
    expect(linesOf(onTarget('{ walMinutes: off }'))).toEqual([
      'targets.orders-db.backup: has no WAL, so nothing can be restored to a second: set pointInTimeDrill to off too',
    ]);
    expect(linesOf(onEnvironment(store + text, '{ incremental: { days: [sat, sun], at: "02:00" } }'))).toEqual([
      'environments.production.backup: asks for a full and an incremental backup at the same minute of sun',
    ]);
  });

  it('have a place for drills where RDS hosts the target, and say where none does', () => {
    const place = 'drillIn: { subnetGroup: nightshift-drills, securityGroups: [sg-0123456789abcdef0] }';
    expect(linesOf(onTarget(`{ ${place} }`)).join()).toMatch(/is for what RDS and Aurora host/);
    expect(configOf(onEnvironment(store + text, `{ ${place} }`)).targets[0]?.backup?.drillPlace).toEqual({
      subnetGroup: 'nightshift-drills',
      securityGroups: ['sg-0123456789abcdef0'],
    });
    expect(linesOf(onTarget('{ drillIn: { subnetGroup: nightshift-drills, securityGroups: [] } }')).join()).toMatch(
      /name at least one security group/,
    );
  });
});

describe('where copies of snapshots go', () => {
  const hosted = (provider: string, entry: string) =>
    onTarget(entry).replace(/provider: [a-z-]+/, `provider: ${provider}`);

  it('is nowhere unless it is written', () => {
    expect(configOf(store + text).targets[0]?.backup?.copyTo).toBeNull();
    const config = onEnvironment(onTarget('{ copyTo: off }'), '{ copyTo: { region: eu-west-1 } }');
    expect(configOf(config).targets[0]?.backup?.copyTo).toBeNull();
  });

  it('is a region with its key for what RDS hosts', () => {
    const config = configOf(hosted('rds', '{ copyTo: { region: eu-west-1, kmsKey: alias/copies } }'));
    expect(config.targets[0]?.backup?.copyTo).toEqual({ kind: 'region', region: 'eu-west-1', kmsKey: 'alias/copies' });
  });

  it.each([
    ['rds', '{ copyTo: { bucket: acme-exports } }', /has to be `\{ region: … \}`/],
    ['self-managed', '{ copyTo: { region: eu-west-1 } }', /is for what AWS hosts/],
    ['rds', '{ copyTo: { region: Ireland } }', /copyTo/],
    ['rds', '{ copyTo: { region: eu-west-1, bucket: acme } }', /copyTo/],
  ])('of %s is refused as %s', (provider, entry, why) => {
    expect(linesOf(hosted(provider, entry)).join('\n')).toMatch(why);
  });
});

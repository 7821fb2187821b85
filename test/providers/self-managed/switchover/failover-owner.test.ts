import { expect, it } from 'vitest';
import { whyNotOurs } from '../../../../src/providers/self-managed/switchover/failover-owner.ts';
import type { Signs } from '../../../../src/providers/self-managed/switchover/ask-server.ts';

const nobody: Signs = {
  sourceFiles: ['/data/postgresql.conf', '/data/postgresql.auto.conf'],
  applications: ['shop-web', 'billing', 'shop-db-2'],
  roles: [],
  slots: ['shop_db_2'],
  libraries: 'pg_stat_statements',
  archiveCommand: 'pgbackrest --stanza=main archive-push %p',
  databases: ['postgres', 'shop'],
};

it('leaves servers to us that show no sign of another owner', () => {
  expect(whyNotOurs('shop-db', [nobody, nobody])).toBeUndefined();
});

it.each<[string, Partial<Signs>]>([
  ['Patroni', { sourceFiles: ['/data/postgresql.conf', '/data/postgresql.base.conf'] }],
  ['Patroni', { applications: ['Patroni heartbeat'] }],
  ['pg_auto_failover', { roles: ['pgautofailover_replicator'] }],
  ['pg_auto_failover', { slots: ['pgautofailover_standby_2'] }],
  [
    'CloudNativePG',
    { archiveCommand: '/controller/manager wal-archive --log-destination /controller/log/postgres.json %p' },
  ],
  ['CloudNativePG', { applications: ['cnpg-instance-manager'] }],
  ['Stolon', { slots: ['stolon_1a2b3c4d'] }],
  ['repmgr', { databases: ['postgres', 'repmgr'] }],
  ['repmgr', { libraries: 'pg_stat_statements, repmgr' }],
  ['Pacemaker', { sourceFiles: ['/var/lib/pgsql/tmp/rep_mode.conf'] }],
])('leaves servers to %s where it shows: %j', (name, signs) => {
  expect(whyNotOurs('shop-db', [nobody, { ...nobody, ...signs }])).toMatch(
    new RegExp(`^${name} decides who is the primary of shop-db.*move the writes with ${name} itself`),
  );
});

it('says how Patroni is asked for a switchover, and that a failover is its own', () => {
  const signs = [{ ...nobody, applications: ['Patroni heartbeat'] }];
  expect(whyNotOurs('shop-db', signs)).toMatch(/set targets\.shop-db\.patroni in nightshift\.yaml/);
  expect(whyNotOurs('shop-db', signs, 'failover')).toMatch(/^Patroni promotes by itself within its ttl \(30 s, unless/);
});

import type { Signs } from './ask-server.ts';

type Move = 'switchover' | 'failover';
type Owner = { name: string; verbs: { readonly [M in Move]: string }; shows(signs: Signs): boolean };

const PATRONI = 'Patroni';

const some = (names: readonly string[], pattern: RegExp) => names.some((name) => pattern.test(name));

/**
 * Tools that decide who is primary, by what they leave where SQL can see it: files they include, names of their sessions, roles, slots.
 * https://patroni.readthedocs.io/en/latest/patroni_configuration.html, https://pg-auto-failover.readthedocs.io/en/main/architecture.html,
 * https://www.repmgr.org/docs/current/, https://cloudnative-pg.io/documentation/current/wal_archiving/
 */
const owners: readonly Owner[] = [
  {
    name: PATRONI,
    verbs: { switchover: 'patronictl switchover', failover: 'patronictl failover' },
    shows: ({ sourceFiles, applications }) =>
      some(sourceFiles, /\/postgresql\.base\.conf$/) || some(applications, /^Patroni\b/),
  },
  {
    name: 'pg_auto_failover',
    verbs: { switchover: 'pg_autoctl perform switchover', failover: 'pg_autoctl perform failover' },
    shows: ({ roles, slots, applications }) =>
      some(roles, /^pgautofailover/) || some([...slots, ...applications], /^pgautofailover_standby_/),
  },
  {
    name: 'CloudNativePG',
    verbs: { switchover: 'kubectl cnpg promote', failover: 'kubectl cnpg promote' },
    shows: ({ archiveCommand, applications }) =>
      archiveCommand.includes('/controller/manager ') || some(applications, /^cnpg[-_]/),
  },
  {
    name: 'Stolon',
    verbs: { switchover: 'stolonctl failkeeper', failover: 'stolonctl failkeeper' },
    shows: ({ slots, applications }) => some([...slots, ...applications], /^stolon_/),
  },
  {
    name: 'repmgr',
    verbs: { switchover: 'repmgr standby switchover', failover: 'repmgr standby promote' },
    shows: ({ libraries, databases, applications }) =>
      /\brepmgr\b/.test(libraries) || databases.includes('repmgr') || some(applications, /^repmgrd?$/),
  },
  {
    name: 'Pacemaker',
    verbs: { switchover: 'pcs resource move', failover: 'pcs resource move' },
    shows: ({ sourceFiles }) => some(sourceFiles, /\/rep_mode\.conf$/),
  },
];

/** Pure: why nobody else may move the writes of these servers, in one sentence; undefined where no sign of such a tool is seen. */
export function whyNotOurs(target: string, signs: readonly Signs[], move: Move = 'switchover'): string | undefined {
  const owner = owners.find(({ shows }) => signs.some(shows));
  if (!owner) return undefined;
  const { name, verbs } = owner;
  if (name === PATRONI && move === 'failover') return promotesByItself(target);
  const asked =
    name === PATRONI
      ? ` set targets.${target}.patroni in nightshift.yaml, so that it is asked (docs/runbooks/switchover-patroni.md), or`
      : '';
  return `${name} decides who is the primary of ${target}, and would act against a change behind its back:${asked} move the writes with ${name} itself (${verbs[move]})`;
}

/**
 * Pure: why a failover is Patroni's own; `ttlSeconds` where somebody has asked it.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html: 30 s unless another time is set.
 */
export function promotesByItself(target: string, ttlSeconds?: number): string {
  const ttl = ttlSeconds === undefined ? '30 s, unless it is set otherwise' : `${ttlSeconds} s`;
  return `Patroni promotes by itself within its ttl (${ttl}) after the leader of ${target} is gone, and a second hand would only harm: where it does not, patronictl list and its log say why; then patronictl failover`;
}

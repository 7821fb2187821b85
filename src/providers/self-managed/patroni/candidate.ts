import { bytesText, durationText, listText } from '../../../checks/wording.ts';
import type { SwitchoverCandidate } from '../../../targets/switchover.ts';
import type { StandbyFacts } from '../switchover/ask-role.ts';
import type { Standing } from '../switchover/world.ts';
import type { ClusterMember, Settings, Status } from './answers.ts';
import type { Silent } from './client.ts';

/** A server that could take the writes, as Patroni and the server itself have it. */
export type Standby = {
  member: string;
  standing: Standing;
  /** Null where it is no standby. */
  does: StandbyFacts | null;
  /** Undefined where Patroni does not know it. */
  theirs: ClusterMember | undefined;
  status: Status | Silent;
};

export type Leading = Pick<Standing, 'systemIdentifier' | 'timeline'> & { logicalSlots: readonly string[] };

/** Pure: may Patroni give the writes to this server, and if not, why? */
export function candidateOf(leading: Leading, settings: Settings, standby: Standby): SwitchoverCandidate {
  const unfit = rulesOf(leading, settings, standby).find(([holds]) => holds)?.[1] ?? null;
  return { member: standby.member, unfit, lagBytes: standby.does?.lagBytes ?? null };
}

type Rule = readonly [boolean, string];

function rulesOf(leading: Leading, settings: Settings, standby: Standby): Rule[] {
  return [...patroniRules(settings, standby), ...serverRules(leading, settings, standby)];
}

/** A replica that works is `running` before 3.1, `streaming` since; https://patroni.readthedocs.io/en/latest/yaml_configuration.html#tags */
function patroniRules({ synchronous_mode }: Settings, { theirs, status }: Standby): Rule[] {
  if (!theirs)
    return [
      [true, 'Patroni does not know it under this name: set its `identifier` in nightshift.yaml to its name there.'],
    ];
  const { state, role, tags } = theirs;
  const isSynchronous = role === 'sync_standby' || role === 'quorum_standby';
  return [
    ['silent' in status, `the Patroni beside it is silent: ${'silent' in status ? status.silent : ''}.`],
    [state !== 'running' && state !== 'streaming', `Patroni says of it: ${state === '' ? 'no state' : state}.`],
    [tags?.['nofailover'] === true, 'its tag nofailover keeps it from taking over.'],
    [tags?.['failover_priority'] === 0, 'its tag failover_priority is 0, which keeps it from taking over.'],
    [
      'watchdog_failed' in status && status.watchdog_failed === true,
      'the watchdog that Patroni demands there does not work.',
    ],
    [
      isOn(synchronous_mode) && !isSynchronous,
      'it is no synchronous standby, and in synchronous mode Patroni switches to those alone.',
    ],
  ];
}

function isOn(mode: Settings['synchronous_mode']): boolean {
  return mode === true || (typeof mode === 'string' && mode !== 'off');
}

function serverRules(leading: Leading, settings: Settings, { standing, does }: Standby): Rule[] {
  const { maximum_lag_on_failover: most, slots } = settings;
  if (standing.systemIdentifier !== leading.systemIdentifier)
    return [[true, `it is another database (system identifier ${standing.systemIdentifier}).`]];
  if (does === null) return [[true, 'it is no standby.']];
  const kept = [...Object.keys(slots ?? {}), ...does.syncedSlots];
  const lost = leading.logicalSlots.filter((slot) => !kept.includes(slot));
  return [
    [!does.streaming, 'it does not stream from its primary.'],
    [
      standing.timeline !== leading.timeline,
      `it is on timeline ${standing.timeline}, the primary on ${leading.timeline}.`,
    ],
    [does.paused, 'its replay is paused: select pg_wal_replay_resume().'],
    [
      does.delaySeconds > 0,
      `it replays ${durationText(does.delaySeconds)} late on purpose (recovery_min_apply_delay).`,
    ],
    [
      does.lagBytes > most,
      `it is ${bytesText(does.lagBytes)} behind (limit: ${bytesText(most)}, Patroni's maximum_lag_on_failover).`,
    ],
    [does.backups > 0, 'a base backup is taken from it: wait for its end.'],
    [
      lost.length > 0,
      `${listText(lost)} would be missing there, and readers of these logical slots would lose their place: name them under \`slots\` in Patroni (patronictl edit-config).`,
    ],
  ];
}

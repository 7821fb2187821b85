import { bytesText, countText, durationText, listText } from '../../../checks/wording.ts';
import type { Precheck, SwitchoverCandidate, SwitchoverIdentity } from '../../../targets/switchover.ts';
import { HOLD_NAME, isHeld, NOT_THERE } from './held-settings.ts';
import type { PrimaryFacts, ServerFacts, StandbyFacts } from './questions.ts';

/** More than this is not caught up in the seconds for which writes may stand still: one segment of the log of writes. */
const MOST_LAG_BYTES = 16 * 1024 * 1024;

/** A transaction that has written for longer is somebody's work of value: it would be rolled back. */
const MOST_WRITE_SECONDS = 60;

const RIGHTS = 'run infra/migrations/init-database.sql again on the primary';

export type Standby = { server: ServerFacts; does: StandbyFacts };

/** Pure: may this server take the writes, and if not, why? */
export function candidateOf(primary: ServerFacts, does: PrimaryFacts, standby: Standby): SwitchoverCandidate {
  const { member } = standby.server;
  const unfit = whyUnfit(primary, does, standby) ?? null;
  return { member, unfit, lagBytes: standby.does.lagBytes };
}

function whyUnfit(primary: ServerFacts, { logicalSlots }: PrimaryFacts, { server, does }: Standby): string | undefined {
  const lower = Object.entries(primary.limits).find(([name, value]) => (server.limits[name] ?? 0) < value);
  const lost = logicalSlots.filter((slot) => !does.syncedSlots.includes(slot));
  const rules: readonly (readonly [boolean, string])[] = [
    [
      server.systemIdentifier !== primary.systemIdentifier,
      `it is another database (system identifier ${server.systemIdentifier}).`,
    ],
    [!server.inRecovery, 'it is no standby: make it one first (docs/runbooks/switchover-postgres.md).'],
    [!does.streaming, 'it does not stream from its primary.'],
    [server.timeline !== primary.timeline, `it is on timeline ${server.timeline}, the primary on ${primary.timeline}.`],
    [does.paused, 'its replay is paused: select pg_wal_replay_resume().'],
    [
      does.delaySeconds > 0,
      `it replays ${durationText(does.delaySeconds)} late on purpose (recovery_min_apply_delay).`,
    ],
    [does.lagBytes > MOST_LAG_BYTES, `it is ${bytesText(does.lagBytes)} behind (limit: ${bytesText(MOST_LAG_BYTES)}).`],
    [does.backups > 0, 'a base backup is taken from it: wait for its end.'],
    [lower !== undefined, `its ${lower?.[0]} is lower than the primary's ${lower?.[1]}.`],
    [
      server.readOnlyForAll && !isHeld(server.inFile),
      'default_transaction_read_only is on there: it would refuse writes.',
    ],
    [
      waitsForStandby(server),
      'its synchronous_standby_names is set: its commits would wait for a standby that nobody is.',
    ],
    [
      lost.length > 0,
      `${listText(lost)} would be missing there: readers of these logical slots would lose their place.`,
    ],
    [server.lacks.length > 0, `the acting role lacks ${listText(server.lacks, 5)} there: ${RIGHTS}.`],
  ];
  return rules.find(([holds]) => holds)?.[1];
}

function waitsForStandby({ runningNames }: ServerFacts): boolean {
  return runningNames !== '' && runningNames !== HOLD_NAME;
}

/** Pure: what has to be so on the primary, and what a person should know. */
export function prechecksOf(server: ServerFacts, does: PrimaryFacts): Precheck[] {
  return [...stoppers(server, does), ...warnings(server, does)];
}

function stoppers(server: ServerFacts, does: PrimaryFacts): Precheck[] {
  const { member, lacks, fileErrors, namesFrom } = server;
  const writes = does.longestWriteSeconds ?? 0;
  return [
    stop(
      'Rights',
      lacks.length > 0,
      `The acting role lacks ${listText(lacks, 5)} on ${member}: ${RIGHTS}.`,
      'All of them are there.',
    ),
    stop(
      'Settings',
      fileErrors > 0,
      `The configuration files of ${member} have ${countText(fileErrors, 'error')} (pg_file_settings): a reload would not take effect.`,
      'A reload will take effect.',
    ),
    stop(
      'Precedence',
      namesFrom === 'command line',
      `synchronous_standby_names of ${member} comes from its command line, which no setting goes before.`,
      'The settings that hold writes can be set.',
    ),
    stop(
      'Long transactions',
      writes > MOST_WRITE_SECONDS,
      `A transaction on ${member} has written for ${durationText(writes)} and would be rolled back (limit: ${durationText(MOST_WRITE_SECONDS)}): let it end, or end it first.`,
      'None that has written.',
    ),
    stop(
      'Prepared transactions',
      does.prepared > 0,
      `${countText(does.prepared, 'prepared transaction')} on ${member}: commit them or roll them back first.`,
      'None.',
    ),
    stop(
      'Base backup',
      does.backups > 0,
      `${countText(does.backups, 'base backup')} of ${member} in progress: wait for the end.`,
      'None in progress.',
    ),
    stop(
      'Subscriptions',
      does.subscriptions > 0,
      `${member} subscribes to other servers, and both servers would after a switchover: disable ${countText(does.subscriptions, 'subscription')} first.`,
      'None.',
    ),
  ];
}

function warnings(server: ServerFacts, does: PrimaryFacts): Precheck[] {
  const { member, inFile } = server;
  const superusers = does.superuserSessions;
  return [
    warn(
      'Archive',
      does.archives && does.archiveFailing,
      `${member} fails to archive its log of writes: point-in-time recovery has a gap.`,
      does.archives ? 'It is archived.' : 'Nothing is archived.',
    ),
    warn(
      'Superusers',
      superusers > 0,
      `${countText(superusers, 'session')} of superusers on ${member} cannot be ended from here; what they commit is not acknowledged after the switchover.`,
      'None has a session.',
    ),
    warn(
      'Commits that do not wait',
      does.weakCommit || does.overrides.length > 0,
      `synchronous_commit or default_transaction_read_only is weakened for ${does.weakCommit ? 'the whole server' : listText(does.overrides)}: such a session that connects to ${member} again and insists on writing there would be told that it could.`,
      'Every commit waits for the hold.',
    ),
    warn(
      'Other standbys',
      does.standbys.length > 1,
      `${listText(does.standbys)} stream from ${member}: all but the new primary keep following ${member}.`,
      'None.',
    ),
    warn(
      'Synchronous standbys',
      inFile.synchronous_standby_names !== NOT_THERE,
      `synchronous_standby_names of ${member} is replaced while its writes are held.`,
      'None asked for.',
    ),
  ];
}

function stop(name: string, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'stops', sentence } : { name, says: 'ok', sentence: otherwise };
}

function warn(name: string, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'warns', sentence } : { name, says: 'ok', sentence: otherwise };
}

/** Pure: what must still be so; the settings are here because whoever undoes it puts exactly these back. */
export function identityOf({ member, systemIdentifier, timeline, inFile }: ServerFacts): SwitchoverIdentity {
  return {
    'system identifier': systemIdentifier,
    timeline,
    [settingKey(member, 'synchronous_standby_names')]: inFile.synchronous_standby_names,
    [settingKey(member, 'default_transaction_read_only')]: inFile.default_transaction_read_only,
  };
}

export function settingKey(member: string, name: string): string {
  return `${name} of ${member}`;
}

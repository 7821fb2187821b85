import { countText, durationText, listText } from '../../../checks/wording.ts';
import type { PrecheckName } from '../../../targets/runbook.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import type { runbook } from './runbook.ts';
import type { PrimaryFacts } from './ask-role.ts';
import { RIGHTS, type ServerFacts } from './ask-server.ts';

/** A transaction that has written for longer is somebody's work of value: it would be rolled back. */
const MOST_WRITE_SECONDS = 60;

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
  const { member, runningNames } = server;
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
      `${listText(does.standbys)} stream from ${member}: all but the new primary keep following ${member}, unless this plan says that the bot points them at the new one.`,
      'None.',
    ),
    warn(
      'Synchronous standbys',
      runningNames !== '',
      `${member} acknowledges a commit once a standby has it (synchronous_standby_names = '${runningNames}'). The new primary waits for nobody, because nobody follows it at first: until that is set there what it acknowledges is on one server alone.`,
      'None asked for.',
    ),
  ];
}

type Name = PrecheckName<typeof runbook>;

function stop(name: Name, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'stops', sentence } : { name, says: 'ok', sentence: otherwise };
}

function warn(name: Name, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'warns', sentence } : { name, says: 'ok', sentence: otherwise };
}

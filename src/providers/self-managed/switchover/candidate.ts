import { bytesText, durationText, listText } from '../../../checks/wording.ts';
import type { SwitchoverCandidate } from '../../../targets/switchover.ts';
import type { PrimaryFacts, StandbyFacts } from './ask-role.ts';
import { RIGHTS, type ServerFacts } from './ask-server.ts';
import { isHeld } from './held-settings.ts';

/** More than this is not caught up in the seconds for which writes may stand still: one segment of the log of writes. */
const MOST_LAG_BYTES = 16 * 1024 * 1024;

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
    [server.awaits !== '', awaitsWords(server.awaits)],
    [
      lost.length > 0,
      `${listText(lost)} would be missing there: readers of these logical slots would lose their place.`,
    ],
    [server.lacks.length > 0, `the acting role lacks ${listText(server.lacks, 5)} there: ${RIGHTS}.`],
  ];
  return rules.find(([holds]) => holds)?.[1];
}

/** Pure: nobody follows a server that was just promoted, so that a commit which waits for a standby hangs. */
export function awaitsWords(awaits: string): string {
  return `its synchronous_standby_names is '${awaits}', and nobody will follow it at first: its commits would hang. Empty it there (alter system set synchronous_standby_names = ''; select pg_reload_conf()), and set it again once a standby follows.`;
}

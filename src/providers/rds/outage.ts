import { durationText } from '../../checks/wording.ts';
import { Fault } from '../../core/errors.ts';
import type { DeathSign, LastSeen } from '../../targets/failover.ts';
import type { Outage, OutageLook, StandbySeen } from '../../targets/outage.ts';
import type { PostgresMember } from '../../targets/postgres.ts';
import { bytesBetween } from '../../core/lsn.ts';
import type { StandbyState } from '../self-managed/failover/ask-standby.ts';
import { lossOf } from '../self-managed/failover/loss.ts';
import { probe } from '../self-managed/failover/probe.ts';
import { settledState } from '../self-managed/failover/settled-state.ts';
import type { Site } from '../self-managed/failover/site.ts';
import { standbySign } from '../self-managed/failover/standby-sign.ts';

const RIGHTS = 'the role of the read room needs pg_monitor (infra/migrations/init-database.sql)';

type Asked = { member: string; state: StandbyState; settled: boolean };

/** What instances with streaming standbys say of their primary: this room knocks at it, and each standby says when it heard from it. */
export function outageOf(site: Site): Outage {
  return {
    knock: (member) => knock(site, member),
    look: async (primary, lastSeen) => {
      try {
        return await look(site, primary, lastSeen);
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'permission_denied') throw thrown;
        return { refused: `${site.target.name}: ${thrown.message}: ${RIGHTS}` };
      }
    },
  };
}

/** The same where instances share their storage and stream nothing: only this room can say something. */
export function knocksOf(site: Site): Outage {
  return {
    knock: (member) => knock(site, member),
    look: async (primary) => ({ signs: [await knock(site, primary)], standbys: [], writers: [] }),
  };
}

async function knock(site: Site, name: string): Promise<DeathSign> {
  const member = site.spec.members.find((one) => one.name === name);
  if (member) return probe(site, member, site.room);
  return { from: 'nightshift', says: 'unknown', sentence: `nightshift.yaml knows no ${name}.` };
}

async function look(site: Site, primary: string, lastSeen: LastSeen | undefined): Promise<OutageLook> {
  const others = site.target.members.filter(({ name }) => name !== primary);
  const [own, ...asked] = await Promise.all([
    knock(site, primary),
    ...others.filter(({ inRecovery }) => inRecovery).map(askOne),
  ]);
  const { members } = site.spec;
  return {
    signs: [own, ...asked.map(({ member, state }) => standbySign(member, state, { primary, members }))],
    standbys: asked.map((one) => standbySeen(primary, one, asked, lastSeen)),
    writers: others.filter(({ inRecovery }) => !inRecovery).map(({ name }) => name),
  };
}

async function askOne(member: PostgresMember): Promise<Asked> {
  return { member: member.name, ...(await settledState(member)) };
}

function standbySeen(
  primary: string,
  { member, state, settled }: Asked,
  all: readonly Asked[],
  lastSeen: LastSeen | undefined,
): StandbySeen {
  const { systemIdentifier, timeline, received } = state;
  const loss = lossOf({ from: primary, to: member }, state, lastSeen);
  const unfit = whyUnfit(state, settled, all) ?? null;
  return { member, systemIdentifier, timeline, received, lagBytes: lagOf(received, all), unfit, loss };
}

function whyUnfit(state: StandbyState, settled: boolean, all: readonly Asked[]): string | undefined {
  const systems = new Set(all.map((one) => one.state.systemIdentifier));
  const rules: readonly (readonly [boolean, string])[] = [
    [systems.size > 1, `the standbys belong to ${systems.size} databases: nobody can say which is the right one.`],
    [state.received === null, 'nobody can say what it has received.'],
    [state.paused, 'its replay is paused: select pg_wal_replay_resume().'],
    [
      state.delaySeconds > 0,
      `it replays ${durationText(state.delaySeconds)} late on purpose (recovery_min_apply_delay).`,
    ],
    [!settled, 'it still receives: ask again in a moment.'],
  ];
  return rules.find(([holds]) => holds)?.[1];
}

function lagOf(received: string | null, all: readonly Asked[]): number | null {
  if (received === null) return null;
  return Math.max(0, ...all.flatMap(({ state }) => (state.received ? [bytesBetween(received, state.received)] : [])));
}

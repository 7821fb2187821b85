import { listText } from '../../../checks/wording.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { ok, stops, warns } from '../../redis-switchover/prechecks.ts';
import type { Standing } from '../../redis-switchover/standing.ts';
import type { Seen } from './look.ts';
import { addressOf, type SentinelView, type Watched } from './sentinel-view.ts';

/** Pure: can the Sentinels do it, do they agree, and is nothing else under way? */
export function sentinelPrechecks(seen: Seen, primary: Standing): Precheck[] {
  return [majority(seen), agreement(seen, primary), quorum(seen), calm(seen)];
}

/** How many make a majority of the Sentinels of the config. */
export function majorityOf(expected: readonly string[]): number {
  return Math.floor(expected.length / 2) + 1;
}

function majority({ expected, views }: Seen): Precheck {
  const silent = expected.filter((name) => !views.some((view) => view.name === name));
  const answer = `${views.length} of ${expected.length} Sentinels answer`;
  if (silent.length === 0) return ok('Sentinels', `${answer}.`);
  if (views.length < majorityOf(expected))
    return stops('Sentinels', `${answer} (silent: ${listText(silent)}), ${majorityOf(expected)} must agree.`);
  return warns(
    'Sentinels',
    `${answer}; ${listText(silent)} will send clients to the old primary until it hears of the new one.`,
  );
}

function agreement({ views, standings }: Seen, primary: Standing): Precheck {
  const { name } = primary;
  const said = [...new Set(views.map(({ master, configEpoch }) => `${addressOf(master)} (epoch ${configEpoch})`))];
  if (said.length > 1) return stops('Agreement', `The Sentinels name different primaries: ${listText(said)}.`);
  const strangers = views.filter(({ master }) => !isAt(primary, master, standings)).map((view) => view.name);
  if (strangers.length > 0)
    return stops('Agreement', `${listText(strangers)} does not watch ${name} as the primary, or has not asked it yet.`);
  return ok('Agreement', `All Sentinels name ${name} as the primary.`);
}

/**
 * Pure: is a server the one that a Sentinel watches at an address? By its run id; up to 10 s after a failover the Sentinels have not asked
 * for that, but a replica of the server knows where it follows it.
 */
export function isAt(server: Standing, { runId, ...place }: Watched, standings: readonly Standing[]): boolean {
  if (runId !== '') return runId === server.runId;
  return standings.some(
    ({ follows, replicationId }) =>
      follows?.linkUp === true && replicationId === server.replicationId && follows.address === addressOf(place),
  );
}

/** CKQUORUM says OK even when there is nobody to promote; who could be is looked at for each server. */
function quorum({ views }: Seen): Precheck {
  const without = views.filter((view) => !view.quorum.startsWith('OK'));
  const [first] = without;
  if (first === undefined) return ok('Quorum', 'The Sentinels have their quorum and their majority.');
  return stops('Quorum', `${first.name}: ${first.quorum}`);
}

const TROUBLE = ['s_down', 'o_down', 'disconnected', 'failover_in_progress'];

function calm({ views }: Seen): Precheck {
  const troubled = views.flatMap((view) => troubleOf(view));
  if (troubled.length === 0) return ok('Calm', 'No failover is under way, and no Sentinel doubts the primary.');
  return stops('Calm', `${listText(troubled)}.`);
}

function troubleOf({ name, isTilted, master: { flags } }: SentinelView): string[] {
  return [
    ...(isTilted ? [`${name} is in TILT: its clock jumped, and it does nothing for 30 s`] : []),
    ...TROUBLE.filter((flag) => flags.includes(flag)).map((flag) => `${name} says ${flag} of the primary`),
  ];
}

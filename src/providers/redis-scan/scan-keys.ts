import { setTimeout as pause } from 'node:timers/promises';
import type { KeyGroup, KeyScan, KeyScanEnd } from '../../targets/key-scan.ts';
import { createTally } from './tally.ts';
import { missingRules, prepare } from './questions.ts';
import { frame } from './replies.ts';
import { askNames, askRound, commandsOf, type Answered } from './round.ts';
import type { Wire } from './wire.ts';

/**
 * SCAN, and what is asked of each key, in rounds of bounded size. The next SCAN goes ahead of the questions about the keys that
 * are known, so that the server answers while we count. A server reads 16 KB of one client and then serves the others
 * (networking.c, PROTO_IOBUF_LEN): what waits in the pipeline holds nobody up. https://redis.io/docs/latest/commands/scan/
 */
export async function scanKeys<G extends KeyGroup>(wire: Wire, user: string, scan: KeyScan<G>): Promise<KeyScanEnd> {
  const prepared = await prepare(wire, scan);
  if ('refused' in prepared) return skipped(user, [prepared.rule]);
  const rules = await missingRules(wire, scan);
  if (rules.length > 0) return skipped(user, rules);
  const counts = scan.asks.members === 'always' || prepared.untouched;
  const end = await allRounds(wire, scan, counts);
  if (scan.database !== 0) await wire.exchange(frame('SELECT', '0'), 1);
  return { ...end, membersCounted: counts };
}

function skipped(user: string, rules: readonly string[]): KeyScanEnd {
  const words = rules.join(' ');
  return { skipped: `the user ${user} may not look at keys: it lacks ${words}`, fix: `ACL SETUSER ${user} ${words}` };
}

async function allRounds<G extends KeyGroup>(wire: Wire, scan: KeyScan<G>, counts: boolean) {
  const tally = createTally(scan);
  let names: ReturnType<typeof askNames> | undefined = askNames(wire, scan.cursor, scan);
  let before: Promise<Answered<G>> | undefined;
  while (names || tally.late.length > 0 || before) {
    const fresh = names ? tally.named(await names, counts) : [];
    const decided = tally.pace();
    if (decided.pauseMs > 0) {
      if (before) tally.answered(await before);
      before = undefined;
      await pause(decided.pauseMs);
      tally.rested();
    }
    const round = tally.nextRound(fresh);
    names = decided.goesOn && tally.cursor !== '0' ? askNames(wire, tally.cursor, scan) : undefined;
    const asked = commandsOf(round, scan) > 0 ? askRound(wire, round, scan, counts) : undefined;
    heardLater(names, asked);
    if (before) tally.answered(await before);
    before = asked;
  }
  return { cursor: tally.cursor, gone: tally.gone };
}

/** Each is awaited in a later turn, or never when the other fails first: that is no unhandled rejection. */
function heardLater(...work: readonly (Promise<unknown> | undefined)[]): void {
  for (const one of work) one?.catch(() => {});
}

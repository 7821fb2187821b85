import { durationText } from '../../../core/amount.ts';
import type { DrillLook } from '../../../core/drill.ts';
import type { CopySession } from './copy-session.ts';

const IS_THERE = "SELECT pg_catalog.to_regclass('nightshift.heartbeat') IS NOT NULL AS there";
const BEAT = 'SELECT (extract(epoch FROM written_at) * 1000)::float8 AS "atMs" FROM nightshift.heartbeat';
/** It is written every few minutes; what is older was copied of something that was no longer alive. */
const STALE_SECONDS = 3600;

export type Beat = { look: DrillLook; ageSeconds: number | null };

/** How old the bot's own row was at the moment that was restored to. `isWanted` where the config has a canary. */
export async function checkHeartbeat({ ask }: CopySession, referenceMs: number, isWanted: boolean): Promise<Beat> {
  const what = 'heartbeat';
  const [there] = await ask<{ there: boolean }>(IS_THERE);
  const [row] = there?.there === true ? await ask<{ atMs: number }>(BEAT) : [];
  if (row === undefined) {
    const detail = isWanted ? 'nightshift.heartbeat has no row' : 'there is none: set `canary` to have one';
    const problems = isWanted ? ['nightshift.heartbeat has no row, though the config has a canary.'] : [];
    return { look: { what, outcome: isWanted ? 'failed' : 'skipped', detail, problems }, ageSeconds: null };
  }
  const ageSeconds = Math.max(0, (referenceMs - row.atMs) / 1000);
  const detail = `written ${durationText(ageSeconds)} before`;
  const isStale = isWanted && ageSeconds > STALE_SECONDS;
  const problems = isStale
    ? [
        `the heartbeat was written ${durationText(ageSeconds)} before the moment that was restored to; at most ${durationText(STALE_SECONDS)} is usual.`,
      ]
    : [];
  return { look: { what, outcome: isStale ? 'failed' : 'passed', detail, problems }, ageSeconds };
}

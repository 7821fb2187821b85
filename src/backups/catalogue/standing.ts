import { proofLevels, type Proof, type ProofLevel } from '../../core/backup.ts';
import type { Backup } from './catalogue.ts';

/** How much is known of one copy of a backup. `old` where its best proof is older than the policy wants. */
export type Standing =
  | { level: ProofLevel; at: string; old: boolean }
  | { failed: ProofLevel; at: string; problems: readonly string[] }
  | null;

const DAY_MS = 86_400_000;

/**
 * Pure: the best that was proved of a copy. A proof that failed counts until one of the same or a higher level passes after it;
 * null is: nothing was proved.
 */
export function standingOf(
  { proofs }: Pick<Backup, 'proofs'>,
  policy: { proofDays: number; pointInTimeProofDays: number },
  nowMs: number,
  store?: string,
): Standing {
  const own = proofs.filter((proof) => store === undefined || proof.store === store);
  const passed = own.filter(({ outcome }) => outcome === 'passed');
  const failed = own.find(
    (proof) => proof.outcome === 'failed' && passed.every((later) => later.at <= proof.at || rank(later) < rank(proof)),
  );
  if (failed) return { failed: failed.level, at: failed.at, problems: failed.problems };
  const best = passed.toSorted((one, other) => rank(other) - rank(one)).at(0);
  if (best === undefined) return null;
  const days = best.level === 'L5' ? policy.pointInTimeProofDays : policy.proofDays;
  return { level: best.level, at: best.at, old: nowMs - Date.parse(best.at) > days * DAY_MS };
}

function rank({ level }: Pick<Proof, 'level'>): number {
  return proofLevels.indexOf(level);
}

/** Whether a copy was restored and started: a checksum alone proves nothing. */
export function isProven(standing: Standing): standing is { level: ProofLevel; at: string; old: boolean } {
  return standing !== null && 'level' in standing && rank(standing) >= rank({ level: 'L3' });
}

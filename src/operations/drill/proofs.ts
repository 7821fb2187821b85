import type { Proof, ProofLevel } from '../../core/backup.ts';
import type { Drilled } from '../../core/drill.ts';

/** Pure: what a drill proves of the backup, and what it disproves. */
export function proofsOf(drilled: Drilled, run: string, at: string): Proof[] {
  const { record, store, disproved, problems, isRandom } = drilled;
  const proof = (level: ProofLevel, why: readonly string[]): Proof => ({
    version: 1,
    label: record.label,
    store,
    level,
    at,
    run,
    outcome: why.length === 0 ? 'passed' : 'failed',
    problems: why,
    measured: measuredOf(drilled),
  });
  if (disproved !== null) return [proof(disproved, problems)];
  const wrong = drilled.looks.flatMap((look) => look.problems);
  const { memory } = drilled;
  const started = { ...proof('L3', []), ...(memory === null || isRandom ? {} : { seen: memory }) };
  const verified = isVerified(drilled) ? [proof('L4', wrong)] : [];
  // WAL that ends too early leads to no second behind it, wherever the drill was to go.
  const isAboutWal = isRandom || problems.length > 0;
  const toSecond = isAboutWal && wrong.length === 0 ? [proof('L5', problems)] : [];
  return [started, ...verified, ...toSecond];
}

/** Without amcheck nobody has compared the indexes with their tables, unless something else is wrong already. */
export function isVerified({ looks }: Pick<Drilled, 'looks'>): boolean {
  const isFailed = looks.some(({ outcome }) => outcome === 'failed');
  return isFailed || !looks.some(({ what, outcome }) => what.startsWith('amcheck') && outcome === 'skipped');
}

function measuredOf(drilled: Drilled): NonNullable<Proof['measured']> {
  const { restoreSeconds, usableSeconds, newestRowAgeSeconds, reachedLsn, reachedTime } = drilled;
  return {
    ...(restoreSeconds === null ? {} : { restoreSeconds }),
    ...(usableSeconds === null ? {} : { usableSeconds }),
    ...(newestRowAgeSeconds === null ? {} : { newestRowAgeSeconds }),
    ...(reachedLsn === null ? {} : { reachedLsn }),
    ...(reachedTime === null ? {} : { reachedTime }),
  };
}

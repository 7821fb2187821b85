import type { BackupsSeen } from '../../core/backups-seen.ts';
import type { RunContext, Steps, TargetName } from '../../core/operation.ts';
import type { Gap } from '../../core/report.ts';
import type { Judged } from './judge.ts';

/** The question, as coverage, mutes and history know it. */
const BACKUPS = 'backups';
/** Automated backups that are off: the check of the hosting says so already. */
const HOSTING = 'backups:automated';
const FIX = 'Write credentials.copy on a member, or backup: { mode: off } on the target.';

/** Asks the stores, where a policy asks for backups that the bot makes; a look that breaks is a gap and not the end of the report. */
export async function askBackups(
  target: TargetName,
  context: Pick<RunContext<Steps>, 'backups'>,
): Promise<BackupsSeen | undefined> {
  if (target.backedUp !== true) return undefined;
  return lookAt(target, context).then((seen) => ({
    ...seen,
    findings: seen.findings.filter(({ key }) => key !== HOSTING),
  }));
}

async function lookAt(target: TargetName, context: Pick<RunContext<Steps>, 'backups'>): Promise<BackupsSeen> {
  return context.backups(target).catch((thrown: unknown) => {
    const unseen = thrown instanceof Error ? thrown.message : String(thrown);
    return { policy: null, whyNone: null, stores: [{ store: 'primary', unseen }], findings: [], table: [] };
  });
}

/** Pure: what is known of the backups beside what the checks found. Only where all stores answered is a finding that is absent one that is over. */
export function withBackups(judged: Judged, seen: BackupsSeen): Judged {
  const { coverage } = judged;
  const gap = gapOf(seen);
  const [primary] = seen.stores;
  const restore = primary && 'restore' in primary ? [{ label: 'Restore now', value: primary.restore.sentence }] : [];
  return {
    ...judged,
    findings: [...judged.findings, ...seen.findings],
    coverage: {
      ...coverage,
      asked: coverage.asked + 1,
      answered: coverage.answered + (gap ? 0 : 1),
      gaps: [...coverage.gaps, ...(gap ? [gap] : [])],
    },
    facts: [...judged.facts, ...restore],
    answered: gap ? judged.answered : [...judged.answered, BACKUPS],
  };
}

function gapOf({ whyNone, stores }: BackupsSeen): Gap | undefined {
  if (whyNone !== null) return { check: BACKUPS, kind: 'skipped', reason: whyNone, fix: FIX };
  const [unseen] = stores.flatMap((store) => ('unseen' in store ? [store] : []));
  if (!unseen) return undefined;
  return {
    check: BACKUPS,
    kind: 'unreliable',
    reason: `the ${unseen.store} store could not be looked at: ${unseen.unseen}`,
  };
}

import type { BackupPolicy } from '../../core/backup-policy.ts';
import { toolTitles, type BackupToolName } from '../../core/backup-tool.ts';
import type { StoreSeen } from '../../core/backups-seen.ts';
import type { Finding } from '../../core/finding.ts';
import type { StoreCatalogue } from '../catalogue/catalogue.ts';
import type { WalGap } from '../catalogue/wal.ts';
import { overdue } from '../questions/overdue.ts';
import { currentPlace, type ServerHeard } from '../questions/restore-now.ts';
import { storeSeen } from '../questions/seen.ts';
import type { ToolProofs } from './tool-proofs.ts';
import { storeCatalogueOf, type ToolCatalogue } from './tool-catalogue.ts';

export type ToolAbout = {
  target: string;
  tool: BackupToolName;
  policy: BackupPolicy;
  /** ISO time of the look. */
  at: string;
  heard: ServerHeard | null;
  /** What drills have proved, and why that could not be read; absent where nobody keeps it. */
  proofs?: ToolProofs | { unseen: string };
  /** Whether the tool can restore where this is asked. */
  canDrill?: boolean;
};
/** What a tool told of each of its repositories, or why it told nothing. */
export type ToolLooked = { repositories: readonly ToolCatalogue[] } | { unseen: string };

/** Pure: what is known of a tool's backups, in the words of our own. Its first repository is what counts; the tool expires them, not we. */
export function toolSeen(about: ToolAbout, looked: ToolLooked): { stores: StoreSeen[]; findings: Finding[] } {
  const { target, tool, policy, at, heard } = about;
  const proofs = readProofs(about);
  if ('unseen' in looked)
    return { stores: [{ store: tool, unseen: looked.unseen }], findings: [unseenFinding(about, looked.unseen)] };
  const nowMs = Date.parse(at);
  const shown = looked.repositories.map((repository) => ({
    repository,
    catalogue: storeCatalogueOf(target, repository, at, proofs),
    // Where nobody tells when WAL came, nobody can say that none came.
    policy: repository.wal === null ? { ...policy, walMinutes: null } : policy,
  }));
  return {
    stores: shown.map(({ catalogue }) => {
      const seen = storeSeen({ target, engine: 'postgres', policy, nowMs, heard }, catalogue) as Seen;
      return { ...seen, notes: [...seen.notes, ...unreadProofs(about)], retention: null };
    }),
    findings:
      policy.mode !== 'on'
        ? []
        : shown.flatMap(({ repository, catalogue, policy: own }, index) =>
            [
              ...complaints(about, repository),
              ...gapFindings(about, catalogue),
              ...overdue({
                target,
                engine: 'postgres',
                // The first repository is the one that is drilled.
                policy: { ...own, drill: isDrilled(about) && index === 0 ? own.drill : null },
                catalogue,
                nowMs,
                heard,
              }),
            ].map((finding) => ofTool(about, index === 0 ? finding : ofFurther(finding, repository.store))),
          ),
  };
}
type Seen = Extract<StoreSeen, { rows: unknown }>;

function readProofs({ proofs }: ToolAbout): ToolProofs {
  return proofs === undefined || 'unseen' in proofs ? new Map() : proofs;
}

function unreadProofs({ proofs }: ToolAbout): string[] {
  return proofs !== undefined && 'unseen' in proofs
    ? [`what drills have proved could not be read: ${proofs.unseen.replace(/\.$/, '')}`]
    : [];
}

/** Proofs are missed where they could be made, or somebody makes them elsewhere, and where they can be read. */
function isDrilled(about: ToolAbout): boolean {
  const { proofs, canDrill } = about;
  return proofs !== undefined && !('unseen' in proofs) && (canDrill === true || proofs.size > 0);
}

function unseenFinding({ target, tool }: ToolAbout, why: string): Finding {
  const title = toolTitles[tool];
  return {
    key: 'backups:tool',
    severity: 'critical',
    sentence: `${title} could not be asked, so nobody knows what backups of ${target} there are: ${withStop(why)}`,
    evidence: null,
    next: `See whether ${title} answers on the machine of Nightshift, under its account.`,
  };
}

function complaints({ target, tool }: ToolAbout, { complaints: said }: ToolCatalogue): Finding[] {
  const [first] = said;
  if (first === undefined) return [];
  const more = said.length > 1 ? ` and ${said.length - 1} more` : '';
  return [
    {
      key: 'backups:tool',
      severity: 'critical',
      sentence: `${toolTitles[tool]} itself says that the backups of ${target} are not well: ${first.replace(/\.$/, '')}${more}.`,
      evidence: said.slice(0, 10),
      next: `Mend that first, on the machine of ${toolTitles[tool]}: what it complains of it does not back up.`,
    },
  ];
}

/** A gap that lies behind the oldest backup cuts off what can be restored by the second. */
function gapFindings(about: ToolAbout, catalogue: StoreCatalogue): Finding[] {
  const { backups = [], wal } = currentPlace(catalogue) ?? {};
  const gaps = (wal?.gaps ?? []).filter(({ toAt }) => toAt > (backups[0]?.startedAt ?? ''));
  const last = gaps.at(-1);
  if (last === undefined) return [];
  const isOver = backups.some(({ chain, startedAt }) => chain !== null && startedAt > last.toAt);
  return [gapFinding(about, catalogue.store, gaps, isOver)];
}

/** `isOver`: there is a backup that begins after the last gap. */
function gapFinding({ target }: ToolAbout, store: string, gaps: readonly WalGap[], isOver: boolean): Finding {
  const { firstMissing = '', missing = 0 } = gaps.at(-1) ?? {};
  const segments = `${missing} ${missing === 1 ? 'segment' : 'segments'}`;
  const what = `WAL of ${target} is missing in ${store} from ${firstMissing} on (${segments})`;
  const about = {
    key: 'backups:gap',
    measure: { value: gaps.length, unit: 'gaps', limit: 0, step: 1 },
    evidence: gaps.slice(-5).map((gap) => ({ ...gap })),
  };
  if (isOver)
    return {
      ...about,
      severity: 'warning',
      sentence: `${what}: the seconds in between cannot be restored.`,
      next: 'Find out who removed it, or why archive_command said that it was stored.',
    };
  return {
    ...about,
    severity: 'critical',
    sentence: `${what}: nothing behind it can be restored until there is a backup that begins after it.`,
    next: `Take a full backup now: backup ${target} full; then find out who removed the WAL.`,
    actions: [{ label: 'Back up now', operation: 'backup', target, args: ['full'], disruptive: false }],
  };
}

/** What is said of a store of ours has other means where a tool fills it. */
function ofTool({ target, tool }: ToolAbout, finding: Finding): Finding {
  const title = toolTitles[tool];
  const next: { readonly [key: string]: string } = {
    'backups:full': `Take one now: backup ${target} full; then see in the log of ${title} why its own schedule brought none.`,
    'backups:wal': `Ask the server for pg_stat_archiver (last_failed_wal) and look into the log of ${title}: the WAL stays on the server's disk meanwhile.`,
    'backups:size': `Find out whether that much was deleted, before ${title} expires the one before it.`,
    'backups:damaged': `Take a full backup now: backup ${target} full.`,
  };
  const own = next[finding.key.replace(/@.*$/, '')];
  const canStart = tool !== 'wal-g';
  return { ...finding, ...(own === undefined ? {} : { next: own }), actions: canStart ? (finding.actions ?? []) : [] };
}

function ofFurther(finding: Finding, store: string): Finding {
  const severity = finding.severity === 'critical' ? 'warning' : finding.severity;
  return { ...finding, severity, key: `${finding.key}@${store}` };
}

function withStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

import type { Config } from '../config/config.ts';
import type { IncidentStory } from '../core/incident-story.ts';
import type { RunRecord, RunStory } from '../core/run-record.ts';
import type { AuditEntry } from '../core/safety.ts';
import type { ApprovalStore } from '../state/approvals.ts';
import type { AuditLog } from '../state/audit.ts';
import type { Callbacks } from '../state/callbacks.ts';
import type { Copies } from '../state/copies.ts';
import type { Incidents } from '../state/incidents.ts';
import type { Notes } from '../state/notes.ts';
import type { Runs } from '../state/runs.ts';
import { named } from './asking.ts';
import { incidentStory } from './incident-book.ts';

/** What is on record of runs, and how one is stopped. People are called as nightshift.yaml calls them. */
export type RunBook = {
  youngest(subjects: readonly string[], count: number): Promise<readonly RunRecord[]>;
  story(id: string): Promise<RunStory | undefined>;
  /** The last incident of a target; undefined where there was none. */
  incident(target: string): Promise<IncidentStory | undefined>;
  /** The emergency rule: the run tells all approvers before it acts. */
  breakGlass(run: RunRecord, user: string, reason: string): Promise<{ granted: true } | { refused: string }>;
  /** Final as a no is: the plan can never be carried out afterwards. */
  abort(run: RunRecord, user: string): Promise<{ aborted: true } | { refused: string }>;
};

export type RunBookTools = {
  config: Config;
  now(): number;
  runs: Pick<Runs, 'find' | 'recent'>;
  approvals: Pick<ApprovalStore, 'plan' | 'abort' | 'breakGlass'>;
  audit: Pick<AuditLog, 'record' | 'byRun'>;
  callbacks: Callbacks;
  copies: Pick<Copies, 'stop'>;
  incidents: Pick<Incidents, 'last' | 'changes'>;
  notes: Pick<Notes, 'since'>;
  /** Wakes a run that waits for people, and shows in its message how it stands. */
  stir(runId: string, callbackId: string | undefined): Promise<void>;
};

export function runBook(tools: RunBookTools): RunBook {
  const book: RunBook = {
    youngest: async (subjects, count) => {
      const found = await Promise.all(subjects.map((subject) => tools.runs.recent(subject, count)));
      const sorted = found.flat().toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
      return sorted.slice(0, count).map((run) => withNames(tools.config, run));
    },
    story: (id) => story(tools, id),
    breakGlass: (run, user, reason) => breakGlass(tools, run, user, reason),
    incident: (target) => incidentStory({ ...tools, book }, target),
    abort: (run, user) => abort(tools, run, user),
  };
  return book;
}

async function story({ config, runs, approvals, audit }: RunBookTools, id: string): Promise<RunStory | undefined> {
  const found = await runs.find(id);
  if (!found) return undefined;
  const { runId } = found;
  const [known, entries] = await Promise.all([approvals.plan(runId), audit.byRun(runId)]);
  const run = withNames(config, found);
  const told = entries.map((entry) => ({ ...entry, who: named(config, entry.who) }));
  if (!known) return { run, entries: told };
  const { plan, planHash, status } = known;
  const people = Object.keys(known.approvals).map((who) => named(config, who));
  const approvedBy = known.rule.by === 'policy' && status === 'granted' ? ['the policy'] : people;
  return { run, plan: { plan, planHash, status, approvedBy }, entries: told };
}

function withNames(config: Config, run: RunRecord): RunRecord {
  const { trigger } = run;
  return 'user' in trigger ? { ...run, trigger: { ...trigger, user: named(config, trigger.user) } } : run;
}

async function abort(
  tools: RunBookTools,
  run: RunRecord,
  user: string,
): Promise<{ aborted: true } | { refused: string }> {
  // A copy is no act and has no plan: it is stopped where it works.
  const said = (await tools.copies.stop(run.runId))
    ? ({ aborted: true } as const)
    : await tools.approvals.abort(run.runId, user);
  if ('refused' in said) return { refused: named(tools.config, said.refused) };
  await onRecord(tools, run, { who: user, what: 'refused', words: 'aborted' });
  return said;
}

async function breakGlass(
  tools: RunBookTools,
  run: RunRecord,
  by: string,
  reason: string,
): Promise<{ granted: true } | { refused: string }> {
  const said = await tools.approvals.breakGlass(run.runId, { by, reason });
  if ('refused' in said) return { refused: named(tools.config, said.refused) };
  await onRecord(tools, run, { who: by, what: 'broke-glass', words: reason });
  return { granted: true };
}

async function onRecord(
  tools: RunBookTools,
  { runId, operation, subject }: RunRecord,
  { words, ...said }: Pick<AuditEntry, 'who' | 'what'> & { words: string },
): Promise<void> {
  const at = new Date(tools.now()).toISOString();
  const id = `${runId}:${said.what}:${said.who}`;
  await tools.audit.record({ id, at, runId, operation, subject, ...said, detail: { words } });
  // It stands in the state table; waking the run only makes it quicker to see.
  await tools.stir(runId, await tools.callbacks.of(runId)).catch(() => undefined);
}

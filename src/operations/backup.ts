import * as v from 'valibot';
import { backupLabel } from '../backups/layout.ts';
import type { BackupRecord } from '../core/backup.ts';
import { copy, defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { snapshotInCloud, snapshotSteps } from './backup/in-cloud.ts';
import { readBack, type ReadBack } from './backup/read-back.ts';
import { backupReport } from './backup/report.ts';
import { load } from './backup/load.ts';
import { look, snapshotFrom, take } from './backup/take.ts';
import { takeWithTool, withTool } from './backup/with-tool.ts';
import { whichBackup } from './backup/which.ts';

const KIND_WORDS =
  'say `full` or `incremental` (with pgBackRest also `differential`; where AWS hosts it also `copy`), or nothing for what is possible';
const kinds = ['', 'full', 'incremental', 'differential', 'copy'] as const;
const Kind = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(kinds, KIND_WORDS));

const NO_COPY =
  'copies are brought away of snapshots that AWS hosts; of your own servers a second store has them: backups.secondary';

export const steps = {
  look: copy(look),
  take: copy(take),
  readBack: copy(readBack),
  load: copy(load),
  withTool: copy(withTool),
  ...snapshotSteps,
};

/** Takes a backup now, brings it to every store, and reads it back. */
export const backup = defineOperation({
  id: 'backup',
  title: 'Back up',
  why: 'Copies a target into the stores of the config while it works on, checks every file on the way, and reads all of it back; says what that proves.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  silent: true,
  startsByItself: true,
  args: v.strictObject({ kind: v.optional(Kind) }),
  fields: [{ name: 'kind', label: 'Which: full or incremental', hint: 'full', required: false }],
  examples: ['backup shop-db', 'backup shop-db full', 'backup shop-cache'],
  steps,

  async run(context, { kind }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (target.cloud) return snapshotInCloud(context, target, kind);
    if (kind === 'copy') return { refused: NO_COPY };
    const looked = await context.steps.look(target, null, 'Look at the servers');
    if ('refused' in looked) return looked;
    if ('tool' in looked) return takeWithTool(context, target, looked, kind);
    const which = whichBackup(kind === '' ? undefined : kind, looked);
    if ('refused' in which) return which;
    const label = backupLabel(new Date(context.startedAt), which.kind);
    const step = `Copy ${looked.look?.member ?? snapshotFrom(looked) ?? target.name} (${which.kind})`;
    await context.progress(step, 'in_progress');
    const record = await context.steps.take(target, { kind: which.kind, label, parent: which.parent }, step);
    if ('refused' in record) return record;
    return prove(context, target, { record, stores: looked.stores, why: which.why });
  },
});

type Context = Pick<RunContext<typeof steps>, 'steps' | 'progress' | 'startedAt'>;
type Taken = { record: BackupRecord; stores: readonly string[]; why: string | null };

/** Reads what was taken back from every store; a snapshot of Redis is loaded into a server, too. */
async function prove(context: Context, target: TargetName, { record, stores, why }: Taken): Promise<Outcome> {
  const copies: ReadBack[] = [];
  for (const store of stores) {
    const reading = `Read it back from the ${store} store`;
    // oxlint-disable-next-line no-await-in-loop -- one store after the other, as the message shows them
    await context.progress(reading, 'in_progress');
    // oxlint-disable-next-line no-await-in-loop -- as above
    const read = await context.steps.readBack(target, { record, store }, reading);
    if ('refused' in read) return read;
    copies.push(read);
  }
  if (record.engine === 'postgres') return { done: backupReport(target, { record, copies, why }, context.startedAt) };
  const loading = 'Load it into a server of its own';
  await context.progress(loading, 'in_progress');
  const tried = await context.steps.load(target, { record }, loading);
  return { done: backupReport(target, { record, copies, why: null, tried }, context.startedAt) };
}

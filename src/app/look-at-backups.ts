import { readToolProofs, type ToolProofs } from '../backups/tools/tool-proofs.ts';
import { toolSeen } from '../backups/tools/tool-seen.ts';
import type { ToolPlace } from '../backups/layout.ts';
import { readCatalogue } from '../backups/catalogue/read.ts';
import { storeUnseen } from '../backups/questions/overdue.ts';
import { seenOf, type Looked } from '../backups/questions/seen.ts';
import type { BackupPlace, BackupPolicy } from '../core/backup-policy.ts';
import { snapshotsSeen } from '../backups/snapshots/seen.ts';
import { restoresHere } from '../core/backup-tool.ts';
import type { ReadableStore } from '../core/backup-store.ts';
import type { BackupsSeen } from '../core/backups-seen.ts';
import type { Seen } from '../core/check.ts';
import type { SnapshotsLook } from '../core/cloud-snapshot.ts';
import { asFault, Fault } from '../core/errors.ts';
import { backupsGiven } from '../providers/backups-given.ts';
import { isManaged } from '../providers/setting-advice.ts';
import type { WriterSample } from '../core/writers.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { lookAtTool } from './tools/look-at-tool.ts';
import { whyNoBackups } from './why-no-backups.ts';

/** How long all that a store is asked for may take. */
const PATIENCE_MS = 60_000;

/** What is looked at: the stores, the primary one first, and the last that was heard of the server that takes writes. */
export type BackupSources = {
  stores(): readonly ReadableStore[];
  /** The repository of another tool. */
  repository?(place: BackupPlace): ReadableStore;
  lastWriter(target: string): Promise<WriterSample | undefined>;
  /** What the cloud has that hosts the target; absent where nobody asks one. */
  snapshots?(): Promise<Seen<SnapshotsLook>>;
};

/** Lists the stores of the config, in the control room: no database is asked. A store that does not answer is told of as unseen. */
export async function lookAtBackups(spec: TargetSpec, sources: BackupSources, at: string): Promise<BackupsSeen> {
  const { name, engine, backup: policy } = spec;
  if (policy === undefined) return { policy: null, whyNone: null, stores: [], findings: [], table: [] };
  if (isManaged(spec)) return lookAtCloud(spec, policy, sources, at);
  const table = backupsGiven(spec, policy);
  if (spec.backupTool !== undefined) return { policy, whyNone: null, ...(await toolLook(spec, sources, at)), table };
  const whyNone = whyNoBackups(spec);
  if (whyNone !== null) return { policy, whyNone, stores: [], findings: [], table };
  const [looked, heard] = await Promise.all([
    Promise.all(sources.stores().map((store) => look(store, name, at))),
    sources.lastWriter(name).catch(() => undefined),
  ]);
  const seen = seenOf({ target: name, engine, policy, nowMs: Date.parse(at), heard: heard ?? null }, looked);
  return { policy, whyNone: null, ...seen, table };
}

/** What another tool has of it, whose backups are not ours to make. */
async function toolLook(
  { name, backupTool: tool, backup: policy }: TargetSpec,
  { stores, repository, lastWriter }: BackupSources,
  at: string,
): Promise<Pick<BackupsSeen, 'stores' | 'findings'>> {
  if (tool === undefined || policy === undefined) return { stores: [], findings: [] };
  const place = tool.repository;
  const [looked, heard, proofs] = await Promise.all([
    inTime(lookAtTool(tool, place === null || repository === undefined ? undefined : () => repository(place))).catch(
      (thrown: unknown) => ({
        unseen: asFault(thrown).message,
      }),
    ),
    lastWriter(name).catch(() => undefined),
    toolProofs(stores, { target: name, tool: tool.name }),
  ]);
  const canDrill = restoresHere(tool);
  const known = proofs === undefined ? { canDrill } : { canDrill, proofs };
  return toolSeen({ target: name, tool: tool.name, policy, at, heard: heard ?? null, ...known }, looked);
}

/** As drills left them in our primary store; undefined where the config names none. */
async function toolProofs(
  stores: BackupSources['stores'],
  place: ToolPlace,
): Promise<ToolProofs | { unseen: string } | undefined> {
  try {
    const [ledger] = stores();
    return ledger && (await inTime(readToolProofs(ledger, place)));
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code === 'bug') throw thrown;
    return code === 'unsupported' ? undefined : { unseen: message };
  }
}

/** The snapshots and automated backups of whoever hosts it. What may not be asked is told with the right to grant. */
async function lookAtCloud(
  spec: TargetSpec,
  policy: BackupPolicy,
  { snapshots }: BackupSources,
  at: string,
): Promise<BackupsSeen> {
  const { name: target, engine, provider } = spec;
  const said = snapshots ? await snapshots() : { unreliable: 'nobody asks the cloud here' };
  if ('sample' in said) {
    const about = { target, engine, policy, nowMs: Date.parse(at) };
    const table = backupsGiven(spec, policy, said.sample);
    return { policy, whyNone: null, ...snapshotsSeen(about, said.sample), table };
  }
  const unseen = 'skipped' in said ? `${said.skipped}. ${said.fix}` : said.unreliable;
  const findings = [storeUnseen(target, provider, unseen)];
  return { policy, whyNone: null, stores: [{ store: provider, unseen }], findings, table: backupsGiven(spec, policy) };
}

async function look(store: ReadableStore, target: string, at: string): Promise<Looked> {
  try {
    return { catalogue: await inTime(readCatalogue(store, target, at)) };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code === 'bug') throw thrown;
    return { store: store.name, unseen: message };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Fault('timed_out', `it did not answer within ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

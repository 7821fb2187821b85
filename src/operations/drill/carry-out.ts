import { placeKey, type Place, type ToolPlace } from '../../backups/layout.ts';
import type { Proof } from '../../core/backup.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import { toolTitles } from '../../core/backup-tool.ts';
import type { Drilled } from '../../core/drill.ts';
import type { Copying } from '../../core/operation.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { keepProof } from '../backup/read-back.ts';
import { placeOfRecord, type Refused } from '../backup/take.ts';
import { compareWithLast } from './compare.ts';
import { earlierDrills } from './earlier.ts';
import { proofsOf } from './proofs.ts';

export type DrillArgs = { to: string; store: string };

/** One drill before this, for the trend. */
export type EarlierDrill = { at: string; restoreSeconds: number; usableSeconds: number };
/** A drill as it leaves the room: rows and rights are remembered beside the backup alone. */
export type DrillDone = Omit<Drilled, 'record' | 'memory'> & {
  label: string;
  endedAt: string;
  proofs: readonly Pick<Proof, 'level' | 'outcome' | 'problems'>[];
  earlier: readonly EarlierDrill[];
  /** Whether the proofs stand in a ledger: without a store of ours there is none for the backups of another tool. */
  isKept: boolean;
};

const NOT_HERE =
  'no PostgreSQL can be started here: use `npx nightshift drill <target> --here` on a machine that has its programs, `nightshift serve`, or a function with the programs in /opt/postgresql/<major>.';
const NOTHING = { drills: [], last: undefined };
const MOST_LOOKS = 100;
const MOST_PROBLEMS = 20;

/** Restores, verifies, and keeps what came of it beside the backup, as proofs. */
export async function carryOut(
  target: AnyTarget,
  { to, store: name }: DrillArgs,
  copying: Copying,
): Promise<{ done: DrillDone } | Refused> {
  if (target.engine !== 'postgres') return { refused: `${target.name} is not PostgreSQL.` };
  if (copying.drill === undefined) return { refused: NOT_HERE };
  const from = fromWhere(target, name, copying);
  if ('refused' in from) return from;
  const { progress, signal, runId } = copying;
  const said = await copying.drill({ ...from, target: target.name, to, progress, signal });
  if ('refused' in said) return said;
  const ledger = ledgerOf(target, said.done, copying, from.store);
  const { drills, last } =
    ledger === null ? NOTHING : await earlierDrills(ledger.store, placeKey(ledger.place), said.done.store);
  // What was there at a random second of the past says nothing of today.
  const drilled = said.done.isRandom ? said.done : withComparison(said.done, last);
  const proofs = proofsOf(drilled, runId, new Date().toISOString());
  if (ledger !== null) await keepAll(ledger, proofs);
  return { done: toldOf(drilled, proofs, { earlier: drills, isKept: ledger !== null }) };
}

type From = { store?: BackupStore };
type Ledger = { store: BackupStore; place: Place | ToolPlace };

function fromWhere({ name: target }: AnyTarget, name: string, { tool, stores }: Copying): From | Refused {
  if (tool !== undefined)
    return name === 'primary'
      ? {}
      : {
          refused: `${toolTitles[tool.name]} has the backups of ${target}, and its first repository is drilled: say drill ${target}.`,
        };
  const store = stores.find((one) => one.name === name);
  return store ? { store } : { refused: `nightshift.yaml names no ${name} store.` };
}

/** Beside the backup; of a tool's backup, in our own store, since its repository is not ours to write into. */
function ledgerOf(
  { name }: AnyTarget,
  { record }: Drilled,
  { tool, ledger }: Copying,
  store?: BackupStore,
): Ledger | null {
  if (store !== undefined) return { store, place: placeOfRecord(record) };
  return tool === undefined || ledger === undefined
    ? null
    : { store: ledger, place: { target: name, tool: tool.name } };
}

async function keepAll({ store, place }: Ledger, proofs: readonly Proof[]): Promise<void> {
  for (const proof of proofs) {
    // oxlint-disable-next-line no-await-in-loop -- the lower levels first
    await keepProof(store, place, proof);
  }
}

function withComparison(drilled: Drilled, last: Proof['seen'] | undefined): Drilled {
  if (drilled.memory === null || last === undefined) return drilled;
  return { ...drilled, looks: [...drilled.looks, compareWithLast(drilled.memory, last)] };
}

function toldOf(
  { record, memory: _memory, looks, ...drilled }: Drilled,
  proofs: readonly Proof[],
  { earlier, isKept }: Pick<DrillDone, 'earlier' | 'isKept'>,
): DrillDone {
  return {
    ...drilled,
    label: record.label,
    endedAt: record.endedAt,
    looks: looks.slice(0, MOST_LOOKS).map((look) => ({ ...look, problems: look.problems.slice(0, MOST_PROBLEMS) })),
    proofs: proofs.map(({ level, outcome, problems }) => ({ level, outcome, problems: problems.slice(0, 3) })),
    earlier,
    isKept,
  };
}

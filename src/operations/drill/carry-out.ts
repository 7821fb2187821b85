import { placeKey } from '../../backups/layout.ts';
import type { Proof } from '../../core/backup.ts';
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
};

const NOT_HERE =
  'no PostgreSQL can be started here: use `npx nightshift drill <target> --here` on a machine that has its programs, `nightshift serve`, or a function with the programs in /opt/postgresql/<major>.';
const MOST_LOOKS = 100;
const MOST_PROBLEMS = 20;

/** Restores, verifies, and keeps what came of it beside the backup, as proofs. */
export async function carryOut(
  target: AnyTarget,
  { to, store: name }: DrillArgs,
  copying: Copying,
): Promise<{ done: DrillDone } | Refused> {
  if (target.engine !== 'postgres') return { refused: `${target.name} is not PostgreSQL.` };
  if (copying.tool !== undefined)
    return {
      refused: `${toolTitles[copying.tool.name]} makes the backups of ${target.name}: restore one with it, npx nightshift restore ${target.name} --into <directory>.`,
    };
  if (copying.drill === undefined) return { refused: NOT_HERE };
  const store = copying.stores.find((one) => one.name === name);
  if (!store) return { refused: `nightshift.yaml names no ${name} store.` };
  const { progress, signal, runId } = copying;
  const said = await copying.drill({ store, target: target.name, to, progress, signal });
  if ('refused' in said) return said;
  const place = placeOfRecord(said.done.record);
  const { drills, last } = await earlierDrills(store, placeKey(place));
  // What was there at a random second of the past says nothing of today.
  const drilled = said.done.isRandom ? said.done : withComparison(said.done, last);
  const proofs = proofsOf(drilled, runId, new Date().toISOString());
  for (const proof of proofs) {
    // oxlint-disable-next-line no-await-in-loop -- the lower levels first
    await keepProof(store, place, proof);
  }
  return { done: toldOf(drilled, proofs, drills) };
}

function withComparison(drilled: Drilled, last: Proof['seen'] | undefined): Drilled {
  if (drilled.memory === null || last === undefined) return drilled;
  return { ...drilled, looks: [...drilled.looks, compareWithLast(drilled.memory, last)] };
}

function toldOf(
  { record, memory: _memory, looks, ...drilled }: Drilled,
  proofs: readonly Proof[],
  earlier: readonly EarlierDrill[],
): DrillDone {
  return {
    ...drilled,
    label: record.label,
    endedAt: record.endedAt,
    looks: looks.slice(0, MOST_LOOKS).map((look) => ({ ...look, problems: look.problems.slice(0, MOST_PROBLEMS) })),
    proofs: proofs.map(({ level, outcome, problems }) => ({ level, outcome, problems: problems.slice(0, 3) })),
    earlier,
  };
}

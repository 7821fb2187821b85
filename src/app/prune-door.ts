import { readEnvironment } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { createPrunableBucket } from '../state/backup-store/bucket-prunable.ts';
import { openState } from '../state/index.ts';
import type { StoredBackups } from '../targets/stored-backups.ts';
import { findRunOperation } from './find-operation.ts';
import { keptNames } from './hiding.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import type { ActingTools } from './nothing-acts.ts';
import { runInRoom, type RoomTools } from './room.ts';
import { storesOf } from './stores-of.ts';

/** The function may live for 300 s; what is left is for the answer. */
const PRUNE_MS = 270_000;

let opened: RoomTools | undefined;

/**
 * The handler of the room that deletes expired backups: the one place with the right to it. It has no login to any database and no
 * Slack token, can put nothing, and verifies each grant itself. A config that cannot be read is an answer too.
 */
export async function pruneDoor(): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    const { table, region } = readEnvironment();
    opened ??= pruneTools(
      await knowledge(),
      openState({ tableName: table, ...(region === undefined ? {} : { region }) }),
    );
    const tools = opened;
    return (event) => runInRoom(tools, 'prune', event as RoomRequest);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
}

/** What the room works with: the stores of the config, and of the state what verifies a grant and keeps the record. */
export function pruneTools(
  known: Pick<Knowledge, 'config' | 'environment'>,
  { approvals, audit, brakes, intents }: ActingTools,
): RoomTools {
  const targetOf = (name: string) => known.config.targets.find((target) => target.name === name);
  return {
    operation: findRunOperation,
    open: async (name) => openStored(known, name),
    mask: createMask([]),
    keptNames: (name) => keptNames(targetOf(name)),
    approvals,
    audit,
    brakes,
    intents,
    environmentOf: (name) => targetOf(name)?.environment ?? '',
    now: Date.now,
  };
}

function openStored(known: Pick<Knowledge, 'config' | 'environment'>, name: string): StoredBackups {
  const spec = known.config.targets.find((target) => target.name === name);
  if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
  if (spec.backup === undefined)
    throw new Fault(
      'unsupported',
      `nightshift.yaml wants no backups of ${name}, so nothing says which of them expired.`,
    );
  const stores = storesOf(known, createPrunableBucket);
  return {
    target: name,
    policy: spec.backup,
    stores,
    now: Date.now,
    untilMs: Date.now() + PRUNE_MS,
    close: async () => {},
  };
}

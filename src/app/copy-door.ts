import { readEnvironment } from '../config/environment.ts';
import type { BackupPolicy } from '../core/backup-policy.ts';
import { Fault } from '../core/errors.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { openState } from '../state/index.ts';
import type { CopyingTools } from './copying.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { nothingActs } from './nothing-acts.ts';
import { trySnapshot } from './restore/try-snapshot.ts';
import { runInRoom, type RoomTools } from './room.ts';
import { roomTools } from './room-door.ts';
import { backupStores } from './backup-stores.ts';
import type { AnyTarget } from '../targets/index.ts';
import { openTool } from './tools/tool-door.ts';
import { createDrill } from './drill/drill.ts';

/** The function may live for 900 s; what is left is for the answer. */
const COPY_SECONDS = 870;

let opened: RoomTools | undefined;

/**
 * The handler of the room that copies: with a login for replication, the stores, and of the state table only what says how far it is.
 * A config that cannot be read is an answer too.
 */
export async function copyDoor(): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    const { table, region } = readEnvironment();
    opened ??= copyTools(
      await knowledge(),
      openState({ tableName: table, ...(region === undefined ? {} : { region }) }).copies,
    );
    const tools = opened;
    return (event) => runInRoom(tools, 'copy', event as RoomRequest);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
}

/** What the room works with. Nothing acts in it. */
export function copyTools(
  known: Pick<Knowledge, 'config' | 'environment'>,
  copies: CopyingTools['copies'],
  seconds = COPY_SECONDS,
): RoomTools {
  const room = roomTools(known, 'copy', nothingActs(), seconds * 1000);
  const toolOf = (name: string) => known.config.targets.find((target) => target.name === name)?.backupTool;
  return {
    ...room,
    // The tool has a way of its own to the servers; nobody needs a login here for it.
    open: async (name, of) => (toolOf(name) === undefined ? room.open(name, of) : notOpened(name)),
    copying: {
      copies,
      seconds,
      stores: async () => backupStores(known),
      trySnapshot,
      policyOf: (name) => policyOf(known.config, name),
      toolOf: (name) => {
        const tool = toolOf(name);
        return tool && openTool(tool);
      },
      ledger: () => (known.config.backups === undefined ? undefined : backupStores(known)[0]),
      drill: createDrill({ specOf: (name) => known.config.targets.find((target) => target.name === name), seconds }),
    },
  };
}

function notOpened(name: string): AnyTarget {
  return { engine: 'postgres', name, expectedReplicas: [], members: [], unreached: [], close: async () => undefined };
}

function policyOf({ targets }: Knowledge['config'], name: string): BackupPolicy {
  const policy = targets.find((target) => target.name === name)?.backup;
  if (policy === undefined)
    throw new Fault('unsupported', `nightshift.yaml wants no backups of ${name} (backup: { mode: off }).`);
  return policy;
}

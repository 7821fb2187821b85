import { objectNames } from '../checks/postgres/object-names.ts';
import { Fault, asFault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Room } from '../core/room.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { PostgresLogs } from '../targets/logs.ts';
import type { Pointed } from '../targets/pointer.ts';
import type { StoredBackups } from '../targets/stored-backups.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { hideInFault, hideNames, type Names } from './hide-names.ts';

/** What becomes of a result and of the message of a fault before they leave a room. */
export type Hiding = { result<R extends Json>(value: R): R; message(text: string): string };

const HIDES_NOTHING: Hiding = { result: (value) => value, message: (text) => text };

/** Names that the config itself calls by, so that they are no secret of the database. */
export function keptNames(spec: TargetSpec | undefined): ReadonlySet<string> | undefined {
  if (spec?.hideNames !== true || spec.engine !== 'postgres') return undefined;
  const logins = spec.members.flatMap(({ credentials }) => Object.values(credentials).map(({ user }) => user));
  const members = spec.members.flatMap(({ name, host, identifier }) => [name, host, identifier]);
  const poolers = (spec.fence?.poolers ?? []).flatMap(({ name, host, database }) => [name, host, database]);
  const names = [spec.name, spec.database, spec.pointer?.name, ...members, ...poolers, ...logins];
  return new Set(names.filter((name) => name !== undefined));
}

/** For what was kept, or comes from where nobody knows the names: only what is SQL, a plan, a message or a login as a whole is hidden. */
export function hidingWith(kept: ReadonlySet<string> | undefined): Hiding {
  return kept ? hidingBy({ known: new Map(), kept }) : HIDES_NOTHING;
}

/**
 * What hides the names of an open target. The room that reads asks the server for them; where it does not say them, nothing may
 * leave, and that is the fault.
 */
export async function hidingOf(
  tools: { keptNames(target: string): ReadonlySet<string> | undefined },
  target: AnyTarget | PostgresLogs | AnyCloud | Pointed | StoredBackups,
  name: string,
  room: Room,
): Promise<Hiding> {
  const kept = tools.keptNames(name);
  if (!kept || room !== 'read' || !('members' in target) || target.engine !== 'postgres') return hidingWith(kept);
  try {
    return hidingBy({ known: await objectNames(target), kept });
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    throw new Fault(
      code,
      `nothing of ${name} is shown: its names are to be hidden (hideNames) and were not read: ${message}`,
    );
  }
}

function hidingBy(names: Names): Hiding {
  return { result: (value) => hideNames(value, names), message: (text) => hideInFault(text, names) };
}

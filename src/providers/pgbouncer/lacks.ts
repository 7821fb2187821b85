import { asFault } from '../../core/errors.ts';
import type { FenceLack } from '../../targets/fence.ts';
import type { PoolerSpec } from '../../targets/spec.ts';
import type { Login } from '../credentials.ts';
import type { Limits } from '../open-options.ts';
import { onConsole, type Console } from './console.ts';

/** A user of stats_users may ask, one of admin_users may do everything. https://www.pgbouncer.org/config.html#admin_users */
const LISTS = { read: 'stats_users', act: 'admin_users' } as const;

/**
 * A setting that no version has: whoever may not set anything hears that, whoever may hears that there is none. Nothing is changed either
 * way. https://www.pgbouncer.org/usage.html#other-commands
 */
const PROBE = "SET nightshift_no_such_setting = 'x'";

/** What keeps a room from its work at one process; undefined where nothing does. */
export async function lackOf(
  pooler: PoolerSpec,
  room: 'read' | 'act',
  login: Login,
  limits: Limits,
): Promise<FenceLack | undefined> {
  const { user = 'nobody' } = login;
  const list = LISTS[room];
  const fix = `In pgbouncer.ini of ${pooler.name}: put ${user} on ${list}, with its password in auth_file; then RELOAD.`;
  try {
    const refusal = await onConsole(pooler, login, limits, (console) => refusalOf(console, room));
    return refusal === undefined ? undefined : { sentence: `${pooler.name}: ${refusal}`, fix };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    return { sentence: `${pooler.name}: ${message}`, ...(code === 'permission_denied' ? { fix } : {}) };
  }
}

async function refusalOf(console: Console, room: 'read' | 'act'): Promise<string | undefined> {
  await console.ask('SHOW DATABASES');
  await console.ask('SHOW CONFIG');
  if (room === 'read') return undefined;
  const said = await console.ask(PROBE).then(
    () => '',
    (thrown: unknown) => asFault(thrown).message,
  );
  return /admin access|not allowed|permission/i.test(said) ? said : undefined;
}

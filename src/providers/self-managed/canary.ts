import type { Canary } from '../../targets/canary.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { beatOnce } from '../canary/beat.ts';
import type { OpenOptions } from '../open-options.ts';
import { postgresPen } from './canary/pen.ts';

const HEARD = `select number::float8, written_at as at from nightshift.heartbeat`;

/** The row of infra/migrations/canary.sql, where the config asks for it; nothing is connected to before it is written. */
export function postgresCanary(
  spec: TargetSpec,
  members: readonly PostgresMember[],
  options: OpenOptions,
): Pick<PostgresTarget, 'canary'> {
  if (!spec.canary) return {};
  const heard: Canary['heard'] = async (name) => {
    const member = members.find((one) => one.name === name);
    const [row] = (await member?.query<{ number: number; at: string }>(HEARD).catch(() => [])) ?? [];
    return row ? { member: name, ...row } : null;
  };
  return { canary: { beat: () => beatOnce(postgresPen(spec, options)), heard } };
}

import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { isManaged } from '../../../providers/setting-advice.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

/** https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS */
const MAY_POINT = `
  select current_user as "user", has_parameter_privilege('primary_conninfo', 'alter system')
           and has_function_privilege('pg_reload_conf()', 'execute') as "may"`;

/** Where a target has more standbys than one: whether the bot may point the others at a new primary. */
export function siblingQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  const acts = spec.members.some(({ credentials }) => credentials.act);
  if (isManaged(spec) || !acts || spec.members.length < 3 || spec.members.some(({ patroni }) => patroni)) return [];
  return [
    {
      id: `target.${spec.name}.siblings`,
      title: 'The role of the act room may point other standbys at a new primary',
      ask: async () => {
        const target = await sessions.open(spec, 'act');
        const member = target.engine === 'postgres' ? (target.primary ?? target.members[0]) : undefined;
        return member ? points(member) : skipped('no member let the act room in');
      },
    },
  ];
}

async function points({ version, query }: PostgresMember): Promise<Answer> {
  const by = 'They are pointed by hand after a switchover or failover; the plan says so.';
  if (version < 150_000) return skipped(`before version 15 only a superuser may write primary_conninfo. ${by}`);
  const [rights] = await query<{ user: string; may: boolean }>(MAY_POINT);
  if (rights?.may === true) return { ok: rights.user };
  const grant = `GRANT ALTER SYSTEM ON PARAMETER primary_conninfo TO ${rights?.user ?? 'nightshift_act'};`;
  return skipped(
    `${rights?.user} may not write primary_conninfo. ${by}`,
    `If the bot is to do it, on the primary, as a superuser: ${grant}`,
  );
}

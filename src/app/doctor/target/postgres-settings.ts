import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { settingAdvice } from '../../../providers/setting-advice.ts';
import type { PostgresMember, PostgresTarget } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

/** A setting of an extension exists only where its library is loaded. https://www.postgresql.org/docs/current/pgstatstatements.html */
const SETTINGS = `
  select (select count(*)::int from pg_extension where extname = 'pg_stat_statements') as "created",
         json_object_agg(name, setting) as "settings"
    from pg_settings
   where name in ('pg_stat_statements.max', 'track_activities', 'compute_query_id', 'track_io_timing', 'log_lock_waits',
                  'log_min_duration_statement', 'hot_standby_feedback', 'shared_preload_libraries')`;

type Seen = { created: number; settings: Record<string, string> };

/** What a server has to record so that the checks can see it. */
export function settingQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  let seen: Promise<Seen | undefined> | undefined;
  const ask = async (judge: (seen: Seen) => Answer): Promise<Answer> => {
    const found = await (seen ??= lookAt(sessions, spec));
    return found ? judge(found) : skipped('no member let the read room in');
  };
  return [
    {
      id: `target.${spec.name}.statements`,
      title: `${spec.name} counts statements`,
      ask: () => ask((found) => statementsAnswer(found, spec)),
    },
    {
      id: `target.${spec.name}.activity`,
      title: `${spec.name} shows what sessions do`,
      ask: () => ask(({ settings }) => activityAnswer(settings, spec)),
    },
    {
      id: `target.${spec.name}.timings`,
      title: `${spec.name} records what a night needs`,
      ask: () => ask(({ settings }) => timingsAnswer(settings, spec)),
    },
  ];
}

async function lookAt(sessions: Sessions, spec: TargetSpec): Promise<Seen | undefined> {
  const target = (await sessions.open(spec, 'read')) as PostgresTarget;
  const member: PostgresMember | undefined = target.primary ?? target.members[0];
  return member && (await member.query<Seen>(SETTINGS))[0];
}

function statementsAnswer({ created, settings }: Seen, spec: TargetSpec): Answer {
  if (settings['pg_stat_statements.max'] === undefined) {
    const others = settings['shared_preload_libraries'] ?? '';
    const libraries = [...others.split(',').filter(Boolean), 'pg_stat_statements'].join(',');
    return {
      problem: 'pg_stat_statements is not loaded, so slow statements stay unseen',
      fix: `${settingAdvice(spec, 'shared_preload_libraries', libraries, 'restart')} Then: CREATE EXTENSION pg_stat_statements;`,
    };
  }
  if (created > 0) return { ok: 'pg_stat_statements is loaded and created' };
  return {
    problem: `pg_stat_statements is loaded, but not created in ${spec.database}`,
    fix: `In ${spec.database}, as an administrator: CREATE EXTENSION pg_stat_statements;`,
  };
}

function activityAnswer(settings: Record<string, string>, spec: TargetSpec): Answer {
  if (settings['track_activities'] === 'off') {
    return {
      problem: 'track_activities is off: no session shows what it does',
      fix: settingAdvice(spec, 'track_activities', 'on', 'reload'),
    };
  }
  if (settings['compute_query_id'] === 'off') {
    return {
      problem: 'compute_query_id is off: a session cannot be joined with its statement',
      fix: settingAdvice(spec, 'compute_query_id', 'auto', 'reload'),
    };
  }
  return { ok: 'track_activities, compute_query_id' };
}

/** Nothing is broken without them; what they would have recorded is not there when somebody looks for it. */
function timingsAnswer(settings: Record<string, string>, spec: TargetSpec): Answer {
  const off = [
    ...(settings['track_io_timing'] === 'off' ? (['track_io_timing', 'on'] as const) : []),
    ...(settings['log_lock_waits'] === 'off' ? (['log_lock_waits', 'on'] as const) : []),
    ...(settings['log_min_duration_statement'] === '-1' ? (['log_min_duration_statement', '1s'] as const) : []),
  ];
  const feedback = `hot_standby_feedback is ${settings['hot_standby_feedback'] ?? 'unknown'}`;
  if (off.length === 0) return { ok: `times of reads, waits for locks, slow statements; ${feedback}` };
  const pairs = off.flatMap((name, index) => (index % 2 === 0 ? [[name, off[index + 1] ?? ''] as const] : []));
  return skipped(
    `not recorded: ${pairs.map(([name]) => name).join(', ')} (off); ${feedback}`,
    pairs.map(([name, value]) => settingAdvice(spec, name, value, 'reload')).join(' '),
  );
}

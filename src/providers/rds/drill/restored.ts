import type { DrillLook } from '../../../core/drill.ts';
import { asFault } from '../../../core/errors.ts';
import type { RestoredCopy, RestoredPlace, RestoredSeen } from '../../../targets/restored-copy.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { loginOf } from '../../credentials.ts';
import type { Limits, OpenOptions } from '../../open-options.ts';
import { openPostgresSession } from '../../postgres-session.ts';
import type pg from 'pg';
import { checkRelations, type Budget, type Shown } from '../../self-managed/drill/amcheck.ts';
import { checkAssertions } from '../../self-managed/drill/assertions.ts';
import { complaintOf, type CopySession } from '../../self-managed/drill/copy-session.ts';
import { countRows } from '../../self-managed/drill/counts.ts';
import { checkHeartbeat } from '../../self-managed/drill/heartbeat.ts';
import { checkRoles } from '../../self-managed/drill/roles.ts';
import { checkSequences } from '../../self-managed/drill/sequences.ts';
import { hiddenName, loginsOf } from '../../self-managed/drill/logins.ts';

/** The room that reads has a minute; what is left is for its answer. */
const LOOK_MS = 30_000;
const LIMITS = { deadlineMs: 50_000, connectTimeoutMs: 8000, queryTimeoutMs: 15_000 };

type Site = { spec: TargetSpec; options: OpenOptions };

/** A copy has the logins of its original: it is looked at as the one that reads, which sees no more than it may. */
export function restoredCopy(site: Site, limits: Limits = LIMITS): RestoredCopy {
  return {
    look: async (place) => {
      const isOriginal = site.spec.members.some(({ host, port }) => host === place.host && port === place.port);
      if (isOriginal) return { notReached: `${place.host} is a server of ${site.spec.name} itself.` };
      try {
        return await lookAt(site, place, limits);
      } catch (thrown) {
        return { notReached: `nobody could log in to the copy: ${asFault(thrown).message}.` };
      }
    },
  };
}

async function lookAt({ spec, options }: Site, place: RestoredPlace, limits: Limits): Promise<RestoredSeen> {
  const { host, port, holdsUntil } = place;
  const member = spec.members.find(({ role }) => role === 'primary') ?? spec.members[0];
  if (!member) return { notReached: `${spec.name} has no member in nightshift.yaml.` };
  const { identifier: _original, ...like } = member;
  const login = await loginOf(spec, { ...like, host, port }, 'read', options);
  const database = spec.database ?? 'postgres';
  const opened = await openPostgresSession({ host, port, database, tls: spec.tls }, login, 'read', limits);
  try {
    const ask = async <R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) =>
      (await opened.query(sql, values).catch(stated)) as R[];
    return await looksOf(spec, { database, ask, ranOut }, holdsUntil);
  } finally {
    await opened.close();
  }
}

async function looksOf(spec: TargetSpec, session: CopySession, holdsUntil: string): Promise<RestoredSeen> {
  const shown: Shown = spec.hideNames === true ? hiddenName : (name) => name;
  const endMs = Date.now() + LOOK_MS;
  const budget: Budget = { leftMs: () => endMs - Date.now() };
  const half: Budget = { leftMs: () => budget.leftMs() - LOOK_MS / 2 };
  const roles = await checkRoles(session, loginsOf(spec), shown);
  const beat = await checkHeartbeat(session, Date.parse(holdsUntil), spec.canary !== undefined).catch(unreadable);
  const asserted = await checkAssertions(session, spec.backup?.assertions ?? {});
  const sequences = await checkSequences(session, budget, shown);
  const counted = await countRows(session, half, shown);
  const relations = await relationsOf(session, budget, shown);
  const looks = [roles.look, beat.look, ...asserted, ...sequences, counted.look, ...relations];
  return { looks, newestRowAgeSeconds: beat.ageSeconds };
}

/** Who may call the functions of amcheck; a copy is not given anything that its original has not. */
const MAY_COMPARE = `
  SELECT coalesce(bool_and(pg_catalog.has_schema_privilege(p.pronamespace, 'USAGE')
      AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')), false) AS may
  FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::regclass
  WHERE e.extname = 'amcheck' AND p.proname IN ('bt_index_check', 'verify_heapam')`;

/** https://www.postgresql.org/docs/current/amcheck.html: nobody but a superuser may call its functions until it is granted. */
async function relationsOf(session: CopySession, budget: Budget, shown: Shown): Promise<DrillLook[]> {
  const [row] = await session.ask<{ may: boolean }>(MAY_COMPARE);
  if (row?.may === true) return checkRelations(session, budget, shown);
  const detail =
    'in the original: CREATE EXTENSION amcheck, and GRANT EXECUTE ON its bt_index_check and verify_heapam to the login that reads';
  return [{ what: `amcheck (${shown(session.database)})`, outcome: 'skipped', detail, problems: [] }];
}

function unreadable(thrown: unknown): { look: DrillLook; ageSeconds: null } {
  const detail = `nightshift.heartbeat may not be read (${complaintOf(thrown)})`;
  return { look: { what: 'heartbeat', outcome: 'skipped', detail, problems: [] }, ageSeconds: null };
}

/** AWS fetches blocks when they are read first, so that a long table is no broken one. */
function ranOut(thrown: unknown): boolean {
  return thrown instanceof Error && asFault(thrown.cause).code === 'timed_out';
}

/** The session says the SQLSTATE at the end of its sentence; the looks ask for it as the driver has it. */
function stated(thrown: unknown): never {
  const { message } = asFault(thrown);
  const [, text = message, code] = /^(.*) \(([0-9A-Z]{5})\)$/s.exec(message) ?? [];
  throw Object.assign(new Error(text, { cause: thrown }), code === undefined ? {} : { code });
}

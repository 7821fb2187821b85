import type { DrillLook, DrillMemory } from '../../../core/drill.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { checkRelations, type Budget, type Shown } from './amcheck.ts';
import { checkAssertions } from './assertions.ts';
import { complaintOf, inDatabase, superuserOf, type CopyPlace, type CopySession } from './copy-session.ts';
import { countRows } from './counts.ts';
import { checkHeartbeat } from './heartbeat.ts';
import { hiddenName, loginsOf } from './logins.ts';
import { checkRoles, type NamedLogin } from './roles.ts';
import { checkSequences } from './sequences.ts';

export type CopyVerified = { looks: DrillLook[]; memory: DrillMemory; newestRowAgeSeconds: number | null };
export type Verifying = {
  spec: Pick<TargetSpec, 'database' | 'members' | 'canary' | 'hideNames' | 'backup'>;
  place: CopyPlace;
  /** The moment that was restored to. */
  referenceMs: number;
  /** How long it may look for. */
  budgetMs: number;
};

/** https://www.postgresql.org/docs/current/catalog-pg-database.html */
const DATABASES = `
  SELECT datname AS name FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname`;
const MISSING_EXTENSIONS = `
  SELECT e.extname AS name FROM pg_catalog.pg_extension e
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions a WHERE a.name = e.extname) ORDER BY 1`;

/** Looks at a restored copy that nobody else uses. What cannot be looked at is a look that failed, and no fault. */
export async function verifyCopy(verifying: Verifying): Promise<CopyVerified> {
  const { spec, place } = verifying;
  const shown: Shown = spec.hideNames === true ? hiddenName : (name) => name;
  const logins = loginsOf(spec);
  const own = spec.database ?? 'postgres';
  const user = await superuserOf(place, ['postgres', ...new Set(logins.map(({ user: login }) => login))]);
  if (user === undefined) return unseen('no superuser was found by postgres or a login of nightshift.yaml.');
  const databases = await inDatabase(place, user, 'template1', ({ ask }) => ask<{ name: string }>(DATABASES));
  const names = databases.map(({ name }) => name);
  if (!names.includes(own)) return unseen(`the database ${own} is not there.`);
  const endMs = Date.now() + verifying.budgetMs;
  const seen: CopyVerified = { looks: [], memory: { tables: [], powers: [] }, newestRowAgeSeconds: null };
  // The database of the target first: the time may not do for all.
  for (const [index, database] of [own, ...names.filter((name) => name !== own)].entries()) {
    const budget: Budget = { leftMs: () => endMs - Date.now() };
    const look = (session: CopySession) =>
      index === 0 ? ofOwn(verifying, session, logins, budget, shown) : ofAny(session, budget, shown);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the biggest have the time
    const found = await inDatabase(place, user, database, look).catch((thrown: unknown) =>
      unseen(`the database ${shown(database)} could not be looked at: ${complaintOf(thrown)}.`),
    );
    seen.looks.push(...found.looks);
    seen.newestRowAgeSeconds ??= found.newestRowAgeSeconds;
    seen.memory = {
      tables: [...seen.memory.tables, ...found.memory.tables],
      powers: [...seen.memory.powers, ...found.memory.powers],
    };
  }
  return seen;
}

async function ofOwn(
  { spec, referenceMs }: Verifying,
  session: CopySession,
  logins: readonly NamedLogin[],
  budget: Budget,
  shown: Shown,
): Promise<CopyVerified> {
  const roles = await checkRoles(session, logins, shown);
  const beat = await checkHeartbeat(session, referenceMs, spec.canary !== undefined);
  const asserted = await checkAssertions(session, spec.backup?.assertions ?? {});
  const any = await ofAny(session, budget, shown);
  return {
    looks: [roles.look, beat.look, ...asserted, ...any.looks],
    memory: { tables: any.memory.tables, powers: roles.powers },
    newestRowAgeSeconds: beat.ageSeconds,
  };
}

/** Half of the time is for counting, so that the relations never take all of it. */
async function ofAny(session: CopySession, budget: Budget, shown: Shown): Promise<CopyVerified> {
  const half = budget.leftMs() / 2;
  const missing = await session.ask<{ name: string }>(MISSING_EXTENSIONS);
  const sequences = await checkSequences(session, budget, shown);
  const counted = await countRows(session, { leftMs: () => budget.leftMs() - half }, shown);
  const relations = await checkRelations(session, budget, shown);
  const unknown: DrillLook[] = missing.map(({ name }) => ({
    what: `extension ${name}`,
    outcome: 'skipped',
    detail: 'it is not among the PostgreSQL programs here',
    problems: [],
  }));
  return {
    looks: [...sequences, counted.look, ...relations, ...unknown],
    memory: { tables: counted.tables, powers: [] },
    newestRowAgeSeconds: null,
  };
}

function unseen(problem: string): CopyVerified {
  const look: DrillLook = { what: 'the copy', outcome: 'failed', detail: 'not looked at', problems: [problem] };
  return { looks: [look], memory: { tables: [], powers: [] }, newestRowAgeSeconds: null };
}

import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { serverChanges, STARTED, type ServerSeen } from './server-changes.ts';
import { RELEASES, RELEASES_KNOWN, RELEASES_LINK, SUPPORTED } from './releases.ts';
import { NO_PRIMARY } from './visibility.ts';

/** The server's own clock, so that the answer does not depend on ours. */
const TODAY = `select clock_timestamp()::date::text as today`;

type Sample = { today: string; members: readonly ServerSeen[] };

const DAY_SECONDS = 86_400;
const Limits = z.strictObject({
  /** A move to the next major version takes a team some months. */
  infoSeconds: z
    .number()
    .min(0)
    .default(180 * DAY_SECONDS),
  /** There is one every three months; a team that is two behind is no news. */
  infoBehindReleases: z.number().int().min(1).default(3),
});
type Limits = z.infer<typeof Limits>;

/** Does anybody still mend this version? What was released after this was written cannot be known here. */
export const version = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.version',
  engine: 'postgres',
  title: 'Version and end of support',
  why: 'After its last release a version gets no corrections any more, not even for holes that everybody knows of.',
  explainedBy: ['restart', 'failover'],
  limits: Limits,
  ask: { read: look },
  judge: ({ read }, _before, limits) => [
    ...majorFinding(read, limits),
    ...minorFinding(read, limits),
    ...differenceFinding(read),
  ],
  changes: (good, now) => serverChanges(good.samples.read.members, now.samples.read.members),
  facts: ({ read: { members } }) => [
    { label: 'Version', value: [...new Set(members.map(({ major, minor }) => `${major}.${minor}`))].join(', ') },
  ],
});

async function look({ primary, members }: PostgresTarget): Promise<Seen<Sample>> {
  if (!primary) return NO_PRIMARY;
  const [[row], seen] = await Promise.all([
    primary.query<{ today: string }>(TODAY),
    Promise.all(members.map(serverOf)),
  ]);
  return { sample: { today: row?.today ?? '', members: seen } };
}

type Started = Pick<ServerSeen, 'startedAt' | 'workersSince'>;

async function serverOf(member: PostgresMember): Promise<ServerSeen> {
  const { name, version: number, inRecovery } = member;
  // One that stops answering between two questions still has its version.
  const [started] = await member.query<Started>(STARTED).catch((): Started[] => []);
  return {
    member: name,
    major: Math.floor(number / 10_000),
    minor: number % 10_000,
    inRecovery,
    startedAt: started?.startedAt ?? null,
    workersSince: started?.workersSince ?? null,
  };
}

function majorFinding({ today, members }: Sample, limits: Limits): Finding[] {
  const oldest = members.toSorted((a, b) => a.major - b.major)[0];
  if (!oldest) return [];
  const { major } = oldest;
  const known = RELEASES[major];
  const secondsLeft = known ? (Date.parse(known.endsOn) - Date.parse(today)) / 1000 : Infinity;
  const untested = major < SUPPORTED.from || major > SUPPORTED.to;
  if (secondsLeft >= limits.infoSeconds && !untested) return [];
  const ours = untested
    ? `; Nightshift's checks are made for ${SUPPORTED.from} to ${SUPPORTED.to} and may miss something`
    : '';
  return [
    {
      key: 'postgres.version:major',
      severity: secondsLeft < 0 ? 'warning' : 'info',
      sentence: `PostgreSQL ${major} ${supportText(known?.endsOn, secondsLeft, limits)}${ours}.`,
      evidence: { members, endsOn: known?.endsOn ?? null, source: RELEASES_LINK },
      next: known
        ? `Plan the move to a newer major version; all dates: ${RELEASES_LINK}`
        : `Look for a newer Nightshift; ${RELEASES_LINK}`,
    },
  ];
}

function supportText(endsOn: string | undefined, secondsLeft: number, { infoSeconds }: Limits): string {
  if (endsOn === undefined) return `was not known when this was written (${RELEASES_KNOWN})`;
  const days = Math.abs(Math.round(secondsLeft / DAY_SECONDS));
  return secondsLeft < 0
    ? `is out of support since ${endsOn}, ${days} d ago`
    : `gets its last release on ${endsOn}, in ${days} d (told from ${infoSeconds / DAY_SECONDS} d)`;
}

function minorFinding({ members }: Sample, { infoBehindReleases }: Limits): Finding[] {
  const behind = members.filter(
    ({ major, minor }) => (RELEASES[major]?.newestMinor ?? 0) - minor >= infoBehindReleases,
  );
  const [first] = behind;
  if (!first) return [];
  const { major, minor } = first;
  const newest = `${major}.${RELEASES[major]?.newestMinor ?? 0}`;
  return [
    {
      key: 'postgres.version:minor',
      severity: 'info',
      sentence: `${behind.map(({ member }) => member).join(', ')} ${behind.length > 1 ? 'run' : 'runs'} PostgreSQL ${major}.${minor}, and ${newest} was out in ${RELEASES_KNOWN} (told from ${infoBehindReleases} releases behind).`,
      evidence: { members: behind, newestKnown: newest, source: RELEASES_LINK },
      next: `Read the notes of the releases in between, then update the replicas first: a minor update needs a restart and nothing else. ${RELEASES_LINK}`,
    },
  ];
}

/** A standby that is not the same is an update that somebody began. */
function differenceFinding({ members }: Sample): Finding[] {
  const different = [...new Set(members.map(({ major, minor }) => `${major}.${minor}`))];
  if (different.length < 2) return [];
  return [
    {
      key: 'postgres.version:difference',
      severity: 'info',
      sentence: `The members run ${different.length} different versions: ${members.map(({ member, major, minor }) => `${member} ${major}.${minor}`).join(', ')}.`,
      evidence: { members },
      next: 'Finish the update: replicas first, then the primary.',
    },
  ];
}

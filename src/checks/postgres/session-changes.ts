import { sizeOfRatio, type Changed } from '../../core/changed.ts';

export type ApplicationSessions = { application: string; sessions: number };
type Seen = { used: number; usable: number; applications: readonly ApplicationSessions[]; moreApplications: number };
export type TrafficLimits = { leastJumpRatio: number; leastJumpSessions: number };

/** Pure: applications with far more sessions than at the good look, or far fewer. */
export function sessionChanges(good: Seen, now: Seen, { leastJumpRatio, leastJumpSessions }: TrafficLimits): Changed[] {
  const names = [...new Set([...now.applications, ...good.applications].map(({ application }) => application))];
  return names.flatMap((application) => {
    const [was, is] = [sessionsOf(good, application), sessionsOf(now, application)];
    const [least, most] = [Math.min(was, is), Math.max(was, is)];
    if (most - least < leastJumpSessions || most < leastJumpRatio * Math.max(1, least)) return [];
    const sentence = `application \`${application}\`: ${was} → ${is} sessions`;
    // Who went away rarely explains anything but another one's coming.
    const size = Math.max(0.3, sizeOfRatio(most / Math.max(1, least)), (most - least) / Math.max(1, now.usable));
    const weight = is > was ? Math.min(1, size) : 0.2;
    return [
      { id: `sessions:${application}`, kind: 'traffic' as const, sentence, size: weight, objects: [application] },
    ];
  });
}

/** Only those with most sessions are listed: one that is not has at most as many as the last of them. */
function sessionsOf({ applications, moreApplications }: Seen, name: string): number {
  const listed = applications.find(({ application }) => application === name)?.sessions;
  return listed ?? (moreApplications > 0 ? (applications.at(-1)?.sessions ?? 0) : 0);
}

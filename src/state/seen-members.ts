/** Who was in a Slack user group, as user ids, and when Slack was asked. */
export type SeenMembers = { members: readonly string[]; askedAtMs: number };

/** The oldest knowledge of a group that still gives a role: somebody who left it keeps the role no longer than this. */
export const freshSeconds = 300;

/** Whether an answer of Slack is young enough to give a role at `nowMs`. */
export function isFresh({ askedAtMs }: SeenMembers, nowMs: number): boolean {
  return nowMs - askedAtMs < freshSeconds * 1000;
}

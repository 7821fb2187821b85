import { groupsToAsk, type Asking } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { Role } from '../core/operation.ts';
import { inTime } from '../slack/in-time.ts';
import type { UserGroups } from '../slack/user-groups.ts';
import { createGroupMembers, type GroupTools, type MembersOf } from './group-members.ts';

/**
 * The person with the user groups that matter where the own name does not give `needed` in these environments; where it does,
 * nobody is asked. Never throws: a group that nobody can say anything of is in `unknownGroups`.
 */
export type WhoAsks = (user: string, needed: Role, environments: readonly string[]) => Promise<Asking>;

/** The same question for three moments. */
export type People = {
  /** Somebody waits for an acknowledgement: what is known counts for five minutes, and Slack has 1.2 s. */
  atTheDoor: WhoAsks;
  /** A yes or no to a plan: Slack is asked anew, within 1.2 s; what is known counts only where it does not answer. */
  whoDecides: WhoAsks;
  /** A run, or a terminal that waits for one: with patience. */
  inARun: WhoAsks;
};

/** What is left of Slack's 3 s for a group, beside the claim and the start of the run. */
const DOOR_MS = 1_200;

export function createPeople(config: Config, slack: UserGroups, tools: GroupTools): People {
  const { known, anew } = createGroupMembers(tools);
  return {
    atTheDoor: whoAsks(config, within(DOOR_MS, known(slack.membersQuickly))),
    whoDecides: whoAsks(config, within(DOOR_MS, anew(slack.membersQuickly))),
    inARun: whoAsks(config, known(slack.members)),
  };
}

/** Groups are looked up side by side, and only those that the config names and that would raise the person's role. */
export function whoAsks(config: Config, membersOf: MembersOf): WhoAsks {
  return async (user, needed, environments) => {
    const groups = groupsToAsk(config, user, needed, environments);
    if (groups.length === 0) return { user };
    const looked = await Promise.all(groups.map(async ({ slack }) => ({ slack, members: await membersOf(slack) })));
    const idsOf = (found: typeof looked) => found.map(({ slack }) => slack);
    return {
      user,
      groups: idsOf(looked.filter(({ members }) => members?.includes(user) === true)),
      unknownGroups: idsOf(looked.filter(({ members }) => members === undefined)),
    };
  };
}

/** An answer that is late still fills what is known for the next question. */
function within(limitMs: number, membersOf: MembersOf): MembersOf {
  return async (group) => {
    const first = await inTime(membersOf(group), limitMs);
    return 'value' in first ? first.value : undefined;
  };
}

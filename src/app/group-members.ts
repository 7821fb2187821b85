import type { AskedMembers } from '../slack/user-groups.ts';
import { isFresh, type SeenMembers } from '../state/seen-members.ts';
import type { UserGroups } from '../state/user-groups.ts';
import type { Log } from './logger.ts';

/** The members of a user group; undefined when nobody can say, which gives nobody a role. */
export type MembersOf = (group: string) => Promise<readonly string[] | undefined>;
export type AskSlack = (group: string) => Promise<AskedMembers>;

export type GroupMembers = {
  /** From what is known, at most five minutes old; else Slack is asked. */
  known(ask: AskSlack): MembersOf;
  /** Slack is asked, whatever is known; what is known counts only where Slack does not answer. */
  anew(ask: AskSlack): MembersOf;
};

export type GroupTools = { kept: UserGroups; now(): number; log: Log };

/** What this process knows: answers, until when a group that failed is left alone, and questions without an answer yet. */
type Memory = GroupTools & {
  seen: Map<string, SeenMembers>;
  pausedUntilMs: Map<string, number>;
  underWay: Map<string, Promise<SeenMembers | undefined>>;
};

/** One request may need the same group twice; a Slack that just failed is not waited for again. */
const PAUSE_SECONDS = 3;

/** Who is in a user group, remembered in this process and, for the next one, in the state table. */
export function createGroupMembers(tools: GroupTools): GroupMembers {
  const memory: Memory = { ...tools, seen: new Map(), pausedUntilMs: new Map(), underWay: new Map() };
  return {
    known: (ask) => async (group) => ((await fresh(memory, group)) ?? (await together(memory, group, ask)))?.members,
    anew: (ask) => async (group) => ((await together(memory, group, ask)) ?? (await fresh(memory, group)))?.members,
  };
}

async function fresh(memory: Memory, group: string): Promise<SeenMembers | undefined> {
  const here = memory.seen.get(group);
  if (here !== undefined && isFresh(here, memory.now())) return here;
  try {
    const kept = await memory.kept.of(group);
    if (kept !== undefined) memory.seen.set(group, kept);
    return kept;
  } catch (thrown) {
    memory.log('warn', 'what is known of a user group could not be read', { group, reason: wordsOf(thrown) });
    return undefined;
  }
}

/** A crowd that asks at the same moment is one question. */
function together(memory: Memory, group: string, ask: AskSlack): Promise<SeenMembers | undefined> {
  const running = memory.underWay.get(group);
  if (running !== undefined) return running;
  const asking = asked(memory, group, ask).finally(() => memory.underWay.delete(group));
  memory.underWay.set(group, asking);
  return asking;
}

async function asked(memory: Memory, group: string, ask: AskSlack): Promise<SeenMembers | undefined> {
  if ((memory.pausedUntilMs.get(group) ?? 0) > memory.now()) return undefined;
  // Before the question: the answer is never older than this.
  const askedAtMs = memory.now();
  const answer = await ask(group);
  if (!('members' in answer)) {
    const seconds = 'retry' in answer ? Math.max(answer.retry, PAUSE_SECONDS) : PAUSE_SECONDS;
    memory.pausedUntilMs.set(group, memory.now() + seconds * 1000);
    memory.log('warn', 'Slack did not say who is in a user group', { group, answer });
    return undefined;
  }
  const seen: SeenMembers = { members: answer.members, askedAtMs };
  memory.seen.set(group, seen);
  await memory.kept.keep(group, seen).catch((thrown: unknown) => {
    memory.log('warn', 'what Slack said of a user group could not be kept', { group, reason: wordsOf(thrown) });
  });
  return seen;
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

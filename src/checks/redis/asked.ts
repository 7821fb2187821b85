import type { Seen } from '../../core/check.ts';
import { asFault, type Fault } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { nobodyAnswered } from './info.ts';

/** Why a command gave nothing, with what would mend it. */
export type Gap = { skipped: string; fix: string } | { unreliable: string };

/** A member that was left out of an answer that the others gave. */
export type Unseen = { name: string; reason: string; fix: string | null };

/** What each member said. */
export type EachSaid<S> = { members: readonly S[]; unseen: readonly Unseen[] };

/** One command whose refusal is an answer: the ACL rule that is missing, a command that is not offered, a server that is busy. */
export async function asked(
  member: RedisMember,
  command: string,
  ...args: readonly string[]
): Promise<{ reply: unknown } | { gap: Gap }> {
  try {
    return { reply: await member.call(command, ...args) };
  } catch (thrown) {
    return { gap: gapOf(member, [command, ...args], asFault(thrown)) };
  }
}

function gapOf(member: RedisMember, words: readonly string[], { code, message }: Fault): Gap {
  // CONFIG GET, SLOWLOG GET: the second word is a subcommand where it is in capitals.
  const name = words.slice(0, /^[A-Z-]+$/.test(words[1] ?? '') ? 2 : 1);
  const user = member.user ?? 'default';
  if (code === 'permission_denied') {
    return {
      skipped: `${user} may not run ${name.join(' ')} on ${member.name}`,
      fix: `ACL SETUSER ${user} +${name.join('|').toLowerCase()}`,
    };
  }
  if (code === 'unsupported') {
    return {
      skipped: `${member.name} does not offer ${name.join(' ')}: renamed in redis.conf, or kept back by who hosts it`,
      fix: `Take \`rename-command ${name[0] ?? ''}\` out of redis.conf and use an ACL instead; where a service hosts the server there is nothing to grant.`,
    };
  }
  if (message.startsWith('LOADING')) return { unreliable: `${member.name} is still loading its data set` };
  return { unreliable: `${member.name} did not answer ${name.join(' ')}: ${message}` };
}

/**
 * Asks each data member side by side. Nobody answered: the first reason is the answer. Some did: the others are in `unseen`, so that
 * the findings of the rest are not lost.
 */
export async function askEach<S extends Json>(
  { members }: Pick<RedisTarget, 'members'>,
  look: (member: RedisMember) => Promise<Seen<S>>,
): Promise<Seen<EachSaid<S>>> {
  if (members.length === 0) return nobodyAnswered;
  const said = await Promise.all(members.map((member) => attempt(member, look)));
  const seen = said.flatMap((one) => ('sample' in one ? [one.sample] : []));
  const gaps = said.flatMap((one, at) => ('sample' in one ? [] : [{ name: members[at]?.name ?? '', gap: one }]));
  const worst = gaps.find(({ gap }) => 'skipped' in gap) ?? gaps[0];
  if (seen.length === 0 && worst) return worst.gap;
  return { sample: { members: seen, unseen: gaps.map(({ name, gap }) => unseenOf(name, gap)) } };
}

async function attempt<S>(member: RedisMember, look: (member: RedisMember) => Promise<Seen<S>>): Promise<Seen<S>> {
  try {
    return await look(member);
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code === 'bug') throw thrown;
    return { unreliable: `${member.name} stopped answering: ${message}` };
  }
}

function unseenOf(name: string, gap: Gap): Unseen {
  return 'skipped' in gap ? { name, reason: gap.skipped, fix: gap.fix } : { name, reason: gap.unreliable, fix: null };
}

/** Empty is not healthy: who was left out is told. */
export function unseenFindings(check: string, title: string, unseen: readonly Unseen[]): Finding[] {
  return unseen.map((one) => ({
    key: `${check}:${one.name}:unseen`,
    severity: 'info',
    sentence: `${title} could not be seen on every member: ${one.reason}.`,
    evidence: one,
    next: one.fix ?? `Ask again in a minute; if it stays, look at ${one.name} itself.`,
  }));
}

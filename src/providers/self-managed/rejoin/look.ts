import type { RejoinCandidate, RejoinLook } from '../../../targets/rejoin.ts';
import type { SwitchoverIdentity } from '../../../targets/switchover.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import { planWords } from '../../../targets/runbook.ts';
import { runbook } from './runbook.ts';
import { handName, slotOf, type Site } from './site.ts';
import { follows, standings, standsWords, writerOf, type Seen, type Writer } from './standings.ts';

/** Who takes the writes, who follows, and who could be made to. It changes nothing. */
export async function look(site: Site): Promise<RejoinLook | { refused: string }> {
  const seen = await standings(site);
  const writer = writerOf(seen);
  if ('refused' in writer) return writer;
  const others = seen.filter(({ member }) => member !== writer.member);
  return {
    primary: writer.member,
    identity: identityOf(site, writer),
    following: others.filter((one) => follows(one, writer)).map(({ member }) => member),
    candidates: others.filter((one) => !follows(one, writer)).map((one) => candidateOf(site, one, writer)),
    ...planWords(runbook, { primary: writer.member }),
    facts: [{ label: 'Takes the writes', value: `${writer.member}, on timeline ${writer.standing.timeline}` }],
  };
}

/** What an approval is bound to: whom to follow, at which address, and in which history. */
export function identityOf({ spec }: Site, { member, standing }: Writer): SwitchoverIdentity {
  const configured = spec.members.find(({ name }) => name === member);
  return {
    'system identifier': standing.systemIdentifier,
    timeline: standing.timeline,
    [`address of ${member}`]: `${configured?.host}:${configured?.port}`,
  };
}

function candidateOf(site: Site, one: Seen, writer: Writer): RejoinCandidate {
  const said = { member: one.member, stands: standsWords(one), unfit: whyUnfit(site, one, writer) };
  return handsOf(site, one)?.agent ? { ...said, byAgent: { slot: slotOf(one.member) } } : said;
}

function handsOf({ spec }: Site, { member }: Seen): MemberSpec['hands'] {
  return spec.members.find(({ name }) => name === member)?.hands;
}

function whyUnfit(site: Site, one: Seen, { standing }: Writer): string | null {
  const { spec, hands } = site;
  if ('standing' in one && one.standing.systemIdentifier !== standing.systemIdentifier)
    return 'it is a server of another database system: nothing of it is touched.';
  const { rejoin, agent } = handsOf(site, one) ?? {};
  // Whether its agent can be reached is asked in the control room.
  if (agent) return null;
  if (rejoin === undefined)
    return `nobody has a hand on its host: name a command under targets.${spec.name}.members.${one.member}.hands.rejoin, or the SSM agent there under hands.ssm (docs/runbooks/rejoin.md), or do it by hand.`;
  if (hands === undefined)
    return 'this bot runs where no program of yours can be started (AWS Lambda): ask the one that runs as `nightshift serve`, or name the SSM agent of the host under hands.ssm.';
  if (hands.state(handName(site, one.member))?.ended === null) return 'a hand is at work on it already.';
  return null;
}

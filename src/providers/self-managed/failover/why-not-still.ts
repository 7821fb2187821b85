import type { FailoverOrder } from '../../../targets/failover.ts';
import { awaitedStandbys } from '../switchover/awaited-standbys.ts';
import { awaitsWords } from '../switchover/candidate.ts';
import { standingOf } from '../switchover/world.ts';
import type { Ask } from '../switchover/sessions.ts';
import { askStandby } from './ask-standby.ts';
import { identityOf, receivedKey } from './identity.ts';
import { probe } from './probe.ts';
import { knockAtOthers } from './silent-others.ts';
import type { Site } from './site.ts';
import { standbySign } from './standby-sign.ts';

/** Asks again what was approved: why it is not so any more, in one sentence. Both who look have to say that the primary is dead. */
export async function whyNotStill(site: Site, order: FailoverOrder, ask: Ask): Promise<string | undefined> {
  const { from, to, identity } = order;
  const { inRecovery } = await standingOf(ask);
  if (!inRecovery) return `${to} is no standby any more.`;
  const configured = site.spec.members.find(({ name }) => name === from);
  if (!configured) return `${from} is not in the config any more.`;
  const own = await probe(site, configured, site.room);
  const state = await askStandby(ask);
  const signs = [own, standbySign(to, state, { primary: from, members: site.spec.members })];
  const alive = signs.find(({ says }) => says !== 'dead');
  if (alive) return `${alive.from} does not say that ${from} is dead: ${alive.sentence}`;
  const awaits = await awaitedStandbys(ask);
  if (awaits !== '') return `${to} cannot take over: ${awaitsWords(awaits)}`;
  const other = await whyOtherWriter(site, order);
  if (other !== undefined) return other;
  const now = identityOf(to, state, await site.target.fence?.look());
  const differs = Object.keys({ ...identity, ...now }).find((name) => now[name] !== identity[name]);
  if (differs === receivedKey(to))
    return `${to} has received up to ${now[differs]}, and had up to ${identity[differs]}: ${from} may be alive.`;
  return differs === undefined ? undefined : `${differs} was ${identity[differs]} and is ${now[differs]} now.`;
}

/** A doubt is borne only where two writers were accepted. */
async function whyOtherWriter(
  { spec, options, room, target }: Site,
  { from, to, acceptsTwoWriters }: FailoverOrder,
): Promise<string | undefined> {
  const unreached = new Set(target.unreached.map(({ name }) => name));
  const silent = spec.members.filter(({ name }) => name !== to && unreached.has(name));
  const found = await knockAtOthers({ spec, options }, silent, from, room);
  if (!found) return undefined;
  if ('alive' in found) return `${found.alive}.`;
  return acceptsTwoWriters ? undefined : found.doubt;
}

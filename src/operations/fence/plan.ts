import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import { leadsBy, leadWords, type FenceLook } from './look.ts';

/** Poolers are pointed elsewhere now and then: what was looked at is too old after this. */
const PLAN_MINUTES = 30;

export type About = { runId: string; startedAt: string; target: TargetName };

/** Pure: what keeping clients away means. */
export function fencePlan(about: About, look: FenceLook): Plan {
  return {
    ...common(about, look),
    operation: 'fence',
    steps: [look.means, 'Ask each of them whether it is closed: silence counts as unknown'],
    loss: 'No acknowledged write. What clients have open is undone; a commit on its way may count or not, and nobody is told.',
    blastRadius: [...look.clients, `/db unfence ${about.target.name} lets them in again.`],
  };
}

/** Pure: what letting clients in again means. */
export function unfencePlan(about: About, look: FenceLook, writer: string): Plan {
  const plan = common(about, look);
  return {
    ...plan,
    operation: 'unfence',
    identity: { ...plan.identity, writer },
    steps: [`Look again whether ${leadWords(look.leads)}, and takes the writes`, 'Let clients in, and ask each pooler'],
    loss: 'Nothing.',
    blastRadius: [
      `Clients come in at once, all of them together, to ${writer}.`,
      `/db fence ${about.target.name} keeps them away again.`,
    ],
  };
}

function common({ runId, startedAt, target }: About, { leads, sentence, writers, certain }: FenceLook) {
  return {
    runId,
    target: target.name,
    identity: { leads: leadsBy(leads) },
    args: {},
    facts: [
      { label: 'Now', value: sentence },
      { label: 'Takes writes', value: writers.join(' and ') || 'no server that answers' },
      {
        label: 'Covers all clients',
        value: certain
          ? 'yes, says the config'
          : 'not known: as far as clients come through the pooler (fence.coversAllClients is not set)',
      },
    ],
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

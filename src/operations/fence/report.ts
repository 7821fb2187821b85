import type { Outcome } from '../../core/outcome.ts';
import { emptyReport, type Report, type Status } from '../../core/report.ts';
import type { About } from './plan.ts';
import type { FenceEnded, FenceLook } from './look.ts';

/** Pure: whether clients are kept away now. Only an answer counts as closed. */
export function fenceOutcome(about: About, { certain }: FenceLook, { ended, why }: FenceEnded): Outcome {
  const headline = {
    closed: certain ? 'closed: no client reaches it' : 'closed, as far as clients come through the pooler',
    open: 'not closed: clients still come in',
    unknown: 'nobody knows whether it is closed: do as if it were open',
  }[ended];
  const status: Status = ended === 'closed' ? 'warning' : 'critical';
  const text = [why, ...left(ended, certain)];
  const next = [
    ended === 'closed' ? button(about, 'unfence', 'Let clients in') : button(about, 'fence', 'Close it again'),
    health(about),
  ];
  return { done: { ...report('fence', about, status, headline), text, next } };
}

function left(ended: FenceEnded['ended'], certain: boolean): string[] {
  if (ended !== 'closed')
    return ['To do: close what did not answer on its host, or stop it; closing again does no harm.'];
  return [
    'To do: keep PgBouncer from being started anew or its database from being enabled: either lets clients in again.',
    ...(certain ? [] : ['To do: keep away, by pg_hba.conf or a firewall, clients that come past the pooler.']),
  ];
}

/** Pure: whether clients come in again. */
export function unfenceOutcome(about: About, writer: string, { ended, why }: FenceEnded): Outcome {
  const headline = {
    open: `clients come in again, to ${writer}`,
    closed: 'still closed: clients are kept away',
    unknown: 'nobody knows whether clients come in again',
  }[ended];
  const status: Status = ended === 'open' ? 'healthy' : 'critical';
  const next = [...(ended === 'open' ? [] : [button(about, 'unfence', 'Open it again')]), health(about)];
  return { done: { ...report('unfence', about, status, headline), text: [why], next } };
}

/** Pure: it was closed once, something else has opened it, and somebody says that it may be so. */
export function openAlready(about: About, sentence: string): Outcome {
  const headline = 'open already, and no longer kept as closed: nobody is told of it any more';
  return { done: { ...report('unfence', about, 'warning', headline), text: [sentence], next: [health(about)] } };
}

function report(operation: string, { target, startedAt }: About, status: Status, headline: string): Report {
  return emptyReport({ operation, subject: target.name, status, headline, at: startedAt });
}

function button({ target }: About, operation: string, label: string): Report['next'][number] {
  return { label, operation, target: target.name, args: [], disruptive: true };
}

function health({ target }: About): Report['next'][number] {
  return { label: 'Show health', operation: 'health', target: target.name, args: [], disruptive: false };
}

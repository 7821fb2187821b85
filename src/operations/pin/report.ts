import { emptyReport, type Report } from '../../core/report.ts';
import type { PinArgs, PinSaid } from './pins.ts';

type About = { operation: 'pin' | 'unpin'; target: string; at: string };

/** Pure: in which stores it counts. */
export function pinReport({ operation, target, at }: About, args: PinArgs, said: readonly PinSaid[]): Report {
  const there = said.filter((one) => one.said !== 'absent').map(({ store }) => store);
  const lacking = said.filter((one) => one.said === 'absent').map(({ store }) => store);
  const until = args.until === null ? '' : ` until ${args.until.slice(0, 16).replace('T', ' ')} UTC`;
  const headline = args.pinned
    ? `${args.label} and what it builds on stay in ${there.join(' and ')}${until}: ${args.reason}`
    : `${args.label} in ${there.join(' and ')} goes when the policy no longer wants it`;
  return {
    ...emptyReport({ operation, subject: target, status: 'info', headline, at }),
    text: lacking.map((store) => `The ${store} store does not have it.`),
    next: [{ label: 'Show backups', operation: 'backups', target, args: [], disruptive: false }],
  };
}

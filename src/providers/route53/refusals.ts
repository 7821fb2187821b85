import type { RefusalWords } from '../order-refusal.ts';
import { whyForbidden } from '../pointer-refusal.ts';
import type { RecordName } from './said.ts';

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html#API_ChangeResourceRecordSets_Errors */
export function recordWords({ zone }: RecordName): RefusalWords {
  return [
    [
      /^InvalidChangeBatch/,
      (name) => `${name} is not what was seen any more, or cannot say what was planned: Route 53 has changed nothing`,
    ],
    [/^NoSuchHostedZone/, () => `Route 53 knows no hosted zone ${zone}`],
    [/^NoSuchHealthCheck/, (name) => `the health check of ${name} is gone`],
    [/^InvalidInput|^InvalidDomainName/, (name) => `Route 53 does not take the change of ${name}`],
    [
      /AccessDenied|NotAuthorized/,
      (name) => whyForbidden('route53:ChangeResourceRecordSets', `hostedzone/${zone} for ${name}`),
    ],
  ];
}

import type { DescribeEventsMessage, EventsMessage, SourceType } from '@aws-sdk/client-rds';
import { page } from '../../operation.ts';
import { CloudRefusal } from '../../refusal.ts';
import { eventsIn, type CloudEvent } from '../event.ts';

const ARN = 'arn:aws:rds:eu-central-1:123456789012';

const ARN_KINDS: { readonly [sourceType: string]: string } = {
  'db-cluster': 'cluster',
  'db-snapshot': 'snapshot',
  'db-cluster-snapshot': 'cluster-snapshot',
};

/** DescribeEvents of RDS. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html */
export function describeEvents(
  input: DescribeEventsMessage,
  events: readonly CloudEvent[],
  nowMs: number,
): EventsMessage {
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined)
    throw new CloudRefusal('InvalidParameterCombination', 'SourceIdentifier needs a SourceType.');
  const { EventCategories: wanted } = input;
  const found = eventsIn(events, input, nowMs).filter(
    ({ sourceType, categories }) =>
      sourceType.startsWith('db-') && (wanted === undefined || categories.some((one) => wanted.includes(one))),
  );
  const { shown, more } = page(found, input);
  return { Events: shown.map(answered), ...more };
}

function answered({ source, sourceType, message, categories, atMs }: CloudEvent) {
  return {
    SourceIdentifier: source,
    SourceType: sourceType as SourceType,
    Message: message,
    EventCategories: [...categories],
    Date: new Date(atMs),
    SourceArn: `${ARN}:${ARN_KINDS[sourceType] ?? 'db'}:${source}`,
  };
}

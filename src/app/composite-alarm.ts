import * as z from 'zod';

/** More are counted by the reason that CloudWatch gives. */
const mostChildren = 10;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const ReasonData = z.object({ triggeringAlarms: z.array(z.object({ arn: z.string() })) });

/** As a notification of SNS names the alarms that a composite alarm changed for. */
export const TriggeringChildren = z.array(z.object({ Arn: z.string() })).default([]);

/** The names of the alarms for which a composite alarm changed; none for an alarm on a metric. `reasonData` is JSON text. */
export function childrenInReason(reasonData: string | undefined): string[] {
  if (reasonData === undefined) return [];
  const read = ReasonData.safeParse(parseJson(reasonData));
  return read.success ? namesOf(read.data.triggeringAlarms.map(({ arn }) => arn)) : [];
}

export function childrenInNotification(children: z.infer<typeof TriggeringChildren>): string[] {
  return namesOf(children.map(({ Arn }) => Arn));
}

/** `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:shop-db-lag`; a name may hold colons. */
function namesOf(arns: readonly string[]): string[] {
  const names = arns.flatMap((arn) => /^arn:.*?:alarm:(.+)$/.exec(arn)?.[1] ?? []);
  return [...new Set(names)].slice(0, mostChildren);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

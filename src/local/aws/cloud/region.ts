/** The region of everything whose ARN names none. */
export const HOME_REGION = 'eu-central-1';

/** Pure: the region in an ARN. */
export function regionOfArn(arn: string | undefined): string {
  return arn?.split(':')[3] || HOME_REGION;
}

/** Pure: the same resource in another region. */
export function arnIn(region: string, arn: string): string {
  return arn
    .split(':')
    .map((part, at) => (at === 3 ? region : part))
    .join(':');
}

/**
 * The one table of Nightshift, as the deployed resource and the local table must both declare it: string keys `pk` and `sk`,
 * no index, on demand, and `ttl` (epoch seconds) as the attribute that AWS deletes by, late and never relied upon.
 */
export const tableDefinition = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const;

/** Belongs to the deployed resource only; code never turns expiry on or off. */
export const timeToLiveDefinition = { AttributeName: 'ttl', Enabled: true } as const;

/** The month in which the list prices were looked up. */
export const PRICES_FROM = '2026-11';

export const regions = ['us-east-1', 'eu-central-1'] as const;
export type Region = (typeof regions)[number];

/** One thing that AWS counts: USD for each `per` of a `unit`, before free tiers and discounts. */
export type Price = {
  title: string;
  unit: string;
  per: number;
  usd: { readonly [R in Region]: number };
  /** AWS's own page of the price. */
  source: string;
  /** The regions whose number was read on a page, not remembered. */
  verified: readonly Region[];
  /** Not every installation has it; it stands apart from the sum. */
  isOptional?: true;
};

const MILLION = 1_000_000;
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const everywhere = regions;
const virginia: readonly Region[] = ['us-east-1'];
const nowhere: readonly Region[] = [];

function same(usd: number): Price['usd'] {
  return { 'us-east-1': usd, 'eu-central-1': usd };
}

function two(virginiaUsd: number, frankfurtUsd: number): Price['usd'] {
  return { 'us-east-1': virginiaUsd, 'eu-central-1': frankfurtUsd };
}

export const prices = {
  lambdaRequests: {
    title: 'Lambda requests',
    unit: 'requests',
    per: MILLION,
    usd: same(0.2),
    source: LAMBDA,
    verified: virginia,
  },
  lambdaGbSeconds: {
    title: 'Lambda duration (arm64)',
    unit: 'GB-s',
    per: 1,
    usd: same(0.000_013_333_4),
    source: LAMBDA,
    verified: everywhere,
  },
  durableOperations: {
    title: 'Durable operations',
    unit: 'operations',
    per: MILLION,
    usd: same(8),
    source: LAMBDA,
    verified: virginia,
  },
  durableWrittenGb: {
    title: 'Durable data written',
    unit: 'GB',
    per: 1,
    usd: same(0.25),
    source: LAMBDA,
    verified: nowhere,
  },
  durableKeptGb: {
    title: 'Durable data kept',
    unit: 'GB-months',
    per: 1,
    usd: same(0.15),
    source: LAMBDA,
    verified: nowhere,
  },
  tableWriteUnits: {
    title: 'DynamoDB writes',
    unit: 'write units',
    per: MILLION,
    usd: two(0.625, 0.7625),
    source: DYNAMODB,
    verified: virginia,
  },
  tableReadUnits: {
    title: 'DynamoDB reads',
    unit: 'read units',
    per: MILLION,
    usd: two(0.125, 0.1525),
    source: DYNAMODB,
    verified: virginia,
  },
  tableGb: {
    title: 'DynamoDB storage',
    unit: 'GB-months',
    per: 1,
    usd: two(0.25, 0.306),
    source: DYNAMODB,
    verified: virginia,
  },
  tableRecoveryGb: {
    title: 'DynamoDB point-in-time recovery',
    unit: 'GB-months',
    per: 1,
    usd: two(0.2, 0.2448),
    source: DYNAMODB,
    verified: virginia,
  },
  objectGb: {
    title: 'S3 storage',
    unit: 'GB-months',
    per: 1,
    usd: two(0.023, 0.0245),
    source: 'https://aws.amazon.com/s3/pricing/',
    verified: virginia,
  },
  objectPuts: {
    title: 'S3 writes',
    unit: 'requests',
    per: 1000,
    usd: two(0.005, 0.0054),
    source: 'https://aws.amazon.com/s3/pricing/',
    verified: nowhere,
  },
  scheduleInvocations: {
    title: 'EventBridge Scheduler',
    unit: 'invocations',
    per: MILLION,
    usd: same(1),
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    verified: virginia,
  },
  topicRequests: {
    title: 'SNS requests',
    unit: 'requests',
    per: MILLION,
    usd: same(0.5),
    source: 'https://aws.amazon.com/sns/pricing/',
    verified: virginia,
  },
  queueRequests: {
    title: 'SQS requests (dead letters)',
    unit: 'requests',
    per: MILLION,
    usd: same(0.4),
    source: 'https://aws.amazon.com/sqs/pricing/',
    verified: virginia,
  },
  logGb: {
    title: 'CloudWatch logs taken in',
    unit: 'GB',
    per: 1,
    usd: two(0.5, 0.63),
    source: CLOUDWATCH,
    verified: virginia,
  },
  alarms: {
    title: "CloudWatch alarms on the bot's own functions",
    unit: 'alarms',
    per: 1,
    usd: same(0.1),
    source: CLOUDWATCH,
    verified: nowhere,
  },
  customMetrics: {
    title: 'CloudWatch custom metrics',
    unit: 'metrics',
    per: 1,
    usd: same(0.3),
    source: CLOUDWATCH,
    verified: virginia,
  },
  metricsAsked: {
    title: 'CloudWatch GetMetricData, where AWS hosts every target (optional)',
    unit: 'metrics asked for',
    per: 1000,
    usd: same(0.01),
    source: CLOUDWATCH,
    verified: nowhere,
    isOptional: true,
  },
  endpointHours: {
    title: 'VPC interface endpoint (optional)',
    unit: 'hours',
    per: 1,
    usd: two(0.01, 0.012),
    source: 'https://aws.amazon.com/privatelink/pricing/',
    verified: virginia,
    isOptional: true,
  },
} satisfies Record<string, Price>;

export type PriceId = keyof typeof prices;

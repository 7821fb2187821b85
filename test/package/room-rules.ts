import type { Bundle } from '../../scripts/package/bundle.ts';
import { packagesIn } from '../../scripts/package/contents.ts';

const databases = /^(?:pg|ioredis)$/;
const slack = /^@slack\//;
/** Clients by which somebody could change what is deployed, or leave the room. DynamoDB and S3 are for everybody. */
const controlPlane = /^@aws-sdk\/client-(?!dynamodb$|s3$|ssm$|secrets-manager$)/;
/** What draws charts: 2.4 MB, and only runs post reports. */
const pictures = /^@resvg\//;
const logClients = /^@aws-sdk\/client-cloudwatch-logs$/;

/** What must not be in a room's bundle, and why: docs/decisions/008-rooms.md. */
const forbidden: { readonly [name: string]: readonly RegExp[] } = {
  slack: [databases, logClients, pictures],
  schedule: [databases, slack, logClients, pictures],
  alarm: [databases, logClients, pictures],
  run: [databases, logClients],
  logs: [databases, slack, pictures],
  prune: [databases, slack, controlPlane, logClients, pictures],
  read: [slack, controlPlane, logClients, pictures],
  act: [slack, controlPlane, logClients, pictures],
  copy: [slack, controlPlane, logClients, pictures],
};

/** Every package that is in a room where it does not belong. */
export function roomProblems(bundles: readonly Bundle[]): string[] {
  return bundles.flatMap((bundle) => {
    const rules = forbidden[bundle.name];
    if (!rules) return [`nobody said what the room ${bundle.name} must not hold`];
    return packagesIn(bundle)
      .filter((name) => rules.some((rule) => rule.test(name)))
      .map((name) => `${bundle.name} holds ${name}`);
  });
}

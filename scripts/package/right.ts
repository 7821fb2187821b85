/** What a function may do, and why. Resources are ARNs for `Fn::Sub`. */
export type Right = {
  actions: readonly string[];
  resources: readonly string[];
  why: string;
  /** Only items of the table whose partition key begins so. */
  partitions?: readonly string[];
  /** What else has to hold, as IAM writes it. */
  condition?: { readonly [test: string]: { readonly [key: string]: unknown } };
};

export const STAGE = '${self:provider.stage}';
/** An ARN of the account and region that the bot is in, for `Fn::Sub`. */
export const here = (service: string, resource: string) =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;

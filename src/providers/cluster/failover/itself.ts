/** What is known of an election that the cluster holds by itself. Times in seconds. */
export type Election = {
  /** Most of the primaries with slots can vote. */
  hasMajority: boolean;
  /** Since the replica last heard its primary. */
  silentSeconds: number | null;
  /** `cluster-node-timeout`; null where the room may not ask. */
  nodeTimeoutSeconds: number | null;
  /** `cluster-replica-validity-factor`; 0 is never too old. */
  validityFactor: number | null;
  /** The replica was told never to stand by itself (`cluster-replica-no-failover`). */
  mayNotStand: boolean;
};

/** Beside the timeout: `repl-ping-replica-period` as it comes, which the servers add as well. */
const PING_SECONDS = 10;

/**
 * Pure: in how many seconds the cluster should have elected a new primary by itself; undefined where it will not, or where that time is
 * over. It takes one timeout to suspect, one to agree, and some seconds to vote.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#replica-election-and-promotion
 */
export function electsItselfWithin(election: Election): number | undefined {
  const { hasMajority, silentSeconds, nodeTimeoutSeconds, validityFactor, mayNotStand } = election;
  if (!hasMajority || mayNotStand || silentSeconds === null || nodeTimeoutSeconds === null) return undefined;
  if (
    validityFactor !== null &&
    validityFactor > 0 &&
    silentSeconds > validityFactor * nodeTimeoutSeconds + PING_SECONDS
  )
    return undefined;
  const left = Math.ceil(2 * nodeTimeoutSeconds + 5 - silentSeconds);
  return left > 0 ? left : undefined;
}

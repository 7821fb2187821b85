/**
 * What goes wrong, as a test scripts it. `times` counts down; without it the trouble stays.
 * `abandoned`: RDS-EVENT-0034. `failover-fails`: RDS-EVENT-0069. `goes-back`: RDS-EVENT-0070. `stuck`: it never leaves the status.
 * `stays-disabled`: ElastiCache takes the order to enable automatic failover, and does not. `blocked`: TestFailover is not
 * available now. `refused`: the action answers with the error code, as `InsufficientDBInstanceCapacity`. `event-lost`: it
 * happens, and no event tells of it. `promotion-fails`: the replica fails while it is promoted (RDS-EVENT-0031). `snapshot-fails`: a
 * snapshot of it is begun and ends as failed. `copy-fails`: a copy of the snapshot is begun and ends as failed. `export-lost`: its export
 * ends, and nothing is in the bucket. `restore-fails`: the new
 * instance ends in restore-error.
 */
export type CloudTrouble =
  | {
      trouble:
        | 'abandoned'
        | 'failover-fails'
        | 'goes-back'
        | 'stays-disabled'
        | 'blocked'
        | 'promotion-fails'
        | 'snapshot-fails'
        | 'copy-fails'
        | 'export-lost'
        | 'restore-fails';
      resource: string;
      times?: number;
    }
  | { trouble: 'stuck'; resource: string; status: string }
  | { trouble: 'throttled'; action: string; times: number }
  | { trouble: 'refused'; action: string; code: string; message?: string; times?: number }
  | { trouble: 'event-lost'; id: string };

export type TroubleName = CloudTrouble['trouble'];

/** Asked by a decision; what it strikes counts. */
export type Trouble = {
  strikes(name: TroubleName, of: string): boolean;
  /** The refusal that is scripted for an action, if there is one. */
  refusal(action: string): { code: string; message: string } | undefined;
};

/** `script` is read at every question, so that a test may add to it later. */
export function troubleOf(script: readonly CloudTrouble[]): Trouble {
  const struck = new Map<CloudTrouble, number>();
  const strike = (trouble: CloudTrouble): boolean => {
    const before = struck.get(trouble) ?? 0;
    if ('times' in trouble && trouble.times !== undefined && before >= trouble.times) return false;
    struck.set(trouble, before + 1);
    return true;
  };
  return {
    strikes: (name, of) => script.some((one) => one.trouble === name && subjectOf(one) === of && strike(one)),
    refusal: (action) => {
      const found = script.find((one) => one.trouble === 'refused' && one.action === action && strike(one));
      if (found?.trouble !== 'refused') return undefined;
      return { code: found.code, message: found.message ?? `${action} is refused: ${found.code}` };
    },
  };
}

/** A stuck resource is named with its status: `orders-1 modifying`. */
function subjectOf(trouble: CloudTrouble): string {
  switch (trouble.trouble) {
    case 'stuck':
      return stuckIn(trouble.resource, trouble.status);
    case 'throttled':
    case 'refused':
      return trouble.action;
    case 'event-lost':
      return trouble.id;
    default:
      return trouble.resource;
  }
}

export function stuckIn(resource: string, status: string | undefined): string {
  return `${resource} ${status ?? ''}`;
}

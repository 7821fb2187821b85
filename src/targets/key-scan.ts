/** What TYPE says: `string`, `list`, `set`, `zset`, `hash`, `stream`, or the name of a module's type. */
export type KeyType = string;

/** One key as it was met. Its name holds the bytes of the key as characters 0 to 255, whatever they mean. */
export type ScannedKey = {
  name: string;
  type: KeyType;
  /** As MEMORY USAGE estimates it with its default of five samples. */
  memoryBytes: number;
  /** Elements of a collection, bytes of a string; null where nobody counted. */
  members: number | null;
  /** Null: it never expires. */
  ttlSeconds: number | null;
  /** The logarithmic counter of an LFU policy, 0 to 255; null where it was not asked. */
  frequency: number | null;
};

/** Keys that are expected to be alike. */
export type KeyGroup = {
  /** The type that its keys had so far; it saves a question for each. Undefined: the server is asked. */
  expects: KeyType | undefined;
};

/** What the server said of itself, and what we did to it since the scan began. */
export type ScanLook = {
  /** INFO of the sections stats, cpu and replication, where it was asked in this round. */
  info?: Readonly<Record<string, string>>;
  /** Commands that this scan has sent. */
  sent: number;
  /** Keys that SCAN has named. */
  named: number;
  /** How long the server took for the last round. */
  roundMs: number;
};

/** One pass over the keys of one server, or a part of it. */
export type KeyScan<G extends KeyGroup> = {
  /** Where to go on; `0` begins. It means something to the same process only. */
  cursor: string;
  database: number;
  /** Keys asked for at once; bounds how long one command of ours holds the server. */
  batchKeys: number;
  /** A replica of a cluster answers about keys only after READONLY. */
  inCluster: boolean;
  asks: {
    expiry: boolean;
    frequency: boolean;
    /** Counting members touches a key on servers before 7.2, which confuses LRU and LFU: there it may be left out. */
    members: 'always' | 'if-untouched';
  };
  /** Milliseconds between two INFO. */
  lookEveryMs: number;
  groupOf(name: string): G;
  /** Called once for each key that was there, also for one that SCAN names twice. */
  see(group: G, key: ScannedKey): void;
  /** Called between two rounds: how long to leave the server alone, or that it is enough. */
  pace(look: ScanLook): { pauseMs: number } | 'stop';
};

export type KeyScanEnd =
  | {
      /** `0`: every key has been named. */
      cursor: string;
      /** Keys that SCAN named and that were gone when they were asked. */
      gone: number;
      membersCounted: boolean;
    }
  /** The user may not; `fix` is the exact rule. */
  | { skipped: string; fix: string };

/** Looks at keys on one server, in rounds of bounded size between which other clients have their turn. Throws a Fault. */
export type ScanKeys = <G extends KeyGroup>(scan: KeyScan<G>) => Promise<KeyScanEnd>;

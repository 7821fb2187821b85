import type { CacheCluster, ReplicationGroup, Snapshot, Tag, UpdateAction } from '@aws-sdk/client-elasticache';
import type {
  Certificate,
  DBCluster,
  DBClusterSnapshot,
  DBEngineVersion,
  DBInstance,
  DBSnapshot,
  Parameter,
  ResourcePendingMaintenanceActions,
} from '@aws-sdk/client-rds';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

/** One metric of CloudWatch: what is published, how often, and its value at a moment of the virtual clock. */
export type PublishedMetric = {
  namespace: string;
  name: string;
  dimensions: { readonly [name: string]: string };
  /** RDS and ElastiCache publish every minute, credits and burst balances every five. */
  everySeconds: number;
  value: number | ((atMs: number) => number);
};

/** A part of the load of an instance that Performance Insights has: one value of a dimension group. */
export type PublishedLoad = {
  /** The DbiResourceId of the instance. */
  resource: string;
  group: 'db.wait_event' | 'db.sql_tokenized';
  dimensions: { readonly [name: string]: string };
  sessions: number | ((atMs: number) => number);
};

/** The log of an instance: its files as they are now, and the group of CloudWatch that it is published to, where it is. */
export type PublishedLog = {
  instance: string;
  group?: string;
  files(): readonly { name: string; writtenMs: number; bytes: Buffer }[];
};

/** A session of a role that somebody has assumed. `policy`: what it is narrowed to, as JSON text. */
export type AssumedSession = {
  role: string;
  name: string;
  tags: { readonly [key: string]: string };
  policy: string | null;
};

/** A host of one's own on which the agent of Systems Manager is registered. */
export type ManagedHost = {
  ping: 'Online' | 'ConnectionLost' | 'Inactive';
  /** Linux, where nothing is said. */
  platform?: 'Linux' | 'Windows';
  /** Where the programs that a document names really lie. */
  programs: { readonly [path: string]: string };
  environment: { readonly [name: string]: string };
  /** The account of the agent; that of this process, where nothing is said. */
  account?: { uid: number; gid: number } | undefined;
  /** What becomes of a command without anything being run, as `StatusDetails` has it: "Undeliverable". */
  fate?: string;
  /** Told when a command begins there. */
  begins?(): void;
};

/** A command of Systems Manager to one host. */
export type SentCommand = {
  asked: {
    CommandId: string;
    DocumentName: string;
    Comment: string;
    Parameters: { [name: string]: string[] };
    InstanceIds: string[];
    RequestedDateTime: Date;
  };
  node: string;
  details: string;
  /** Present where no agent takes it: then it is withdrawn. */
  undeliveredAtMs?: number;
  stdout: string;
  stderr: string;
  code: number;
  /** Resolves when nothing of it runs. */
  over: Promise<void>;
};

/**
 * `throttled`: "Rate exceeded". `denied`: no policy allows the action. `silent`: the request is taken and never answered. `lost`: it is
 * carried out, and the connection breaks before the answer.
 */
export type CloudFault = 'throttled' | 'denied' | 'silent' | 'lost';

/** Answered so many times from now on, and then throttled. */
export type LateFault = { throttledAfter: number };

/** Somebody else is faster: what happens when the request has come, and before it is carried out. */
export type Meanwhile = { meanwhile(): void };

/** What the stand-in knows of one region, as plain data that a test or the demo fills in, in the words of AWS. */
export type CloudModel = {
  instances: DBInstance[];
  clusters: DBCluster[];
  /** Of instances, of clusters, of replication groups and nodes. */
  snapshots: DBSnapshot[];
  clusterSnapshots: DBClusterSnapshot[];
  cacheSnapshots: Snapshot[];
  /** How many manual snapshots of instances, and of clusters, the account may have. */
  mostSnapshots: number;
  /** Buckets that ElastiCache may export to, with what is in them; no other is there. */
  exports: { [bucket: string]: { key: string; sizeBytes: number; modifiedAt: string }[] };
  engineVersions: DBEngineVersion[];
  certificates: Certificate[];
  maintenance: ResourcePendingMaintenanceActions[];
  nodes: CacheCluster[];
  groups: ReplicationGroup[];
  updates: UpdateAction[];
  /** Of what Describe… shows without its tags, by ARN. */
  tags: { [arn: string]: Tag[] };
  metrics: PublishedMetric[];
  loads: PublishedLoad[];
  logs: PublishedLog[];
  sessions: AssumedSession[];
  /** What somebody has set, by the name of the parameter group. */
  parameters: { [group: string]: Parameter[] };
  /** Hosted zones of Route 53 by id. */
  zones: { [id: string]: ResourceRecordSet[] };
  /** Changes of them, the oldest first. */
  changes: { Id: string; atMs: number }[];
  /** Parameters of Systems Manager by name, with what each version said. */
  kept: { [name: string]: { type: 'String' | 'StringList' | 'SecureString'; values: string[] } };
  /** Managed nodes by id, documents of Systems Manager as JSON text by name, and what was sent, the oldest first. */
  hosts: { [node: string]: ManagedHost };
  documents: { [name: string]: string };
  commands: SentCommand[];
  /** By IAM action: `{ 'cloudwatch:GetMetricData': 'throttled' }`. */
  faults: { [action: string]: CloudFault | LateFault | Meanwhile };
};

export function emptyCloud(): CloudModel {
  return {
    instances: [],
    clusters: [],
    snapshots: [],
    clusterSnapshots: [],
    cacheSnapshots: [],
    mostSnapshots: 100,
    exports: {},
    engineVersions: [],
    certificates: [],
    maintenance: [],
    nodes: [],
    groups: [],
    updates: [],
    tags: {},
    metrics: [],
    loads: [],
    logs: [],
    sessions: [],
    parameters: {},
    zones: {},
    changes: [],
    kept: {},
    hosts: {},
    documents: {},
    commands: [],
    faults: {},
  };
}

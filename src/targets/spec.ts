import type { BackupPolicy } from '../core/backup-policy.ts';
import type { BackupToolSpec } from '../core/backup-tool.ts';
import type { Engine } from '../core/engine.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { SecretReference } from '../core/secret.ts';

export type MemberRole = 'primary' | 'replica' | 'sentinel';
/** Whose login it is: a room's, or the canary's, which rooms use for one write. */
export type LoginRole = DatabaseRoom | 'canary';
export type Credential = { user?: string; password?: SecretReference };

/** Who tells of the machine under a member, reached from the `read` room. */
export type MachineSource = {
  /** A folder of src/providers. */
  from: string;
  url: string;
  /** The value of the label `instance`, where one address tells of many machines. */
  instance?: string;
  /** Where the data lies, if the server itself may not say it. */
  dataDirectory?: string;
};

/** The REST API of the Patroni beside a member; the login is for the `act` room. */
export type PatroniSource = { url: string; login?: Credential };

/** The agent of a cloud on a host: a folder of src/providers, by what name it knows the host, and the document that it carries out there. */
export type AgentSpec = { by: string; node: string; document: string };

/** One server of a target, as the config names it. */
export type MemberSpec = {
  name: string;
  role: MemberRole;
  host: string;
  port: number;
  /** RDS or ElastiCache identifier, matched against alarm dimensions. */
  identifier?: string;
  /** Who tells of its machine, where no cloud does. */
  machine?: MachineSource;
  /** Who decides whether it is the primary, where Patroni does. */
  patroni?: PatroniSource;
  /** Who has a hand on its host: a program with its arguments that `nightshift serve` starts, or an agent of a cloud there. */
  hands?: { rejoin?: readonly string[]; agent?: AgentSpec };
  /** A missing room refuses that room's verbs, with the reason. */
  credentials: { readonly [R in LoginRole]?: Credential };
};

/** One process of a pooler, as the config names it. */
export type PoolerSpec = {
  name: string;
  host: string;
  port: number;
  /** Its entry through which clients come. */
  database: string;
  tls: boolean;
  credentials: { readonly [R in 'read' | 'act']?: Credential };
};

/** What keeps clients away from the server that takes writes. */
export type FenceSpec = {
  /** A folder of src/providers. */
  by: string;
  /** True where no client that writes reaches the servers by another way. */
  coversAllClients: boolean;
  poolers: readonly PoolerSpec[];
};

/** What clients look the server up by that takes the writes, as the config names it. */
export type PointerSpec = {
  /** A folder of src/providers. */
  by: string;
  /** What clients ask for: "db.shop.internal", "/shop/db/host". */
  name: string;
  /** DNS: the hosted zone, and how the record names a server. */
  zone?: string;
  type?: 'A' | 'CNAME';
  /** DNS: what a change writes; that of the record where nothing stands here. */
  ttlSeconds?: number;
};
/** How the canary comes to the server that takes the writes: by the members themselves, or through the poolers of the fence. */
export type CanarySpec = { by: 'members' | 'poolers' };

/** One target, resolved from the config: what a provider needs to reach it. */
export type TargetSpec = {
  name: string;
  engine: Engine;
  /** A folder of src/providers. */
  provider: string;
  environment: string;
  account?: string;
  region?: string;
  /** The set of room functions that reaches this target's VPC. */
  rooms: string;
  /** PostgreSQL database to connect to; other databases are seen from it. */
  database?: string;
  /** The name under which Sentinels know the master. */
  masterName?: string;
  tls: boolean;
  /** Names of Redis keys may be shown; otherwise only their patterns. */
  showKeyNames?: boolean;
  /** Names of tables, columns and roles are hidden in whatever leaves a room. */
  hideNames?: boolean;
  members: readonly MemberSpec[];
  /** Absent where nothing stands between clients and servers that could be closed from here. */
  fence?: FenceSpec;
  /** Absent where clients know the servers by their own names, or by what follows by itself. */
  pointer?: PointerSpec;
  /** The security group that lets nobody in, into which a dead primary is put; absent where there is none. */
  quarantine?: string;
  /** Absent where nobody wants the bot to write anything of its own. */
  canary?: CanarySpec;
  /** Absent where nobody asks for backups of it. */
  backup?: BackupPolicy;
  /** Present where another tool makes them. */
  backupTool?: BackupToolSpec;
  /** CloudWatch alarm names that belong to this target. */
  alarms: readonly string[];
};

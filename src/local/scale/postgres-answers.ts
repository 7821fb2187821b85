import type { Look } from '../../operations/health/look.ts';

type Members = { primary: string; replica: string; isFaulty: boolean };

/** The answers of every PostgreSQL check, as a real pair gave them; a faulty one has twelve sessions behind one lock. */
export function postgresAnswers({ primary, replica, isFaulty }: Members): Look['answers'] {
  const sender = { application: replica, state: 'streaming', lagBytes: 0, lagSeconds: 0.444 };
  const said = {
    inRecovery: true,
    receiver: 'streaming',
    silentSeconds: 0.404,
    replayedBytes: 67_161_944,
    replayedSecondsAgo: 0.826,
    paused: false,
  };
  const replication = {
    primary,
    positionBytes: 67_161_944,
    replicas: [{ name: replica, said, sender }],
    senders: [sender],
  };
  return {
    ...quietAnswers,
    'postgres.connections': { sample: connections },
    'postgres.locks': { sample: isFaulty ? pileUp : noLocks },
    'postgres.replication-lag': { sample: replication },
    'postgres.replication-slots': { sample: { slots: [slot(replica)], more: 0 } },
  };
}

const noLocks = { waiting: 0, roots: [], moreRoots: 0, prepared: [] };

const holder = {
  pid: 2211,
  backendType: 'client backend',
  application: 'billing',
  user: 'app',
  database: 'app',
  state: 'idle in transaction',
  stateSeconds: 240,
  transactionSeconds: 241,
  query: 'update invoices set state = $1 where id = $2',
};
const pileUp = {
  waiting: 12,
  roots: [{ pid: 2211, victims: 12, oldestWaitSeconds: 240, holder }],
  moreRoots: 0,
  prepared: [],
};

const connections = {
  usable: 197,
  used: 43,
  states: { idle: 38, active: 5 },
  applications: ['billing', 'nightshift', 'shop-web', 'shop-worker'].map((application) => ({
    application,
    sessions: 10,
    idle: 9,
  })),
  moreApplications: 0,
};

function slot(replica: string) {
  return {
    slot: replica.replaceAll('-', '_'),
    type: 'physical',
    plugin: null,
    database: null,
    active: true,
    walStatus: 'reserved',
    retainedBytes: 0,
    safeBytes: 553_595_048,
    inactiveSeconds: null,
    invalidationReason: null,
    unlimited: false,
  };
}

const databases = ['app', 'postgres', 'template1', 'template0'];
const quietAnswers: Look['answers'] = {
  'postgres.autovacuum': {
    sample: { database: 'app', enabled: true, workersMost: 3, workers: 0, queue: 0, tables: [] },
  },
  'postgres.cache-hit': { sample: { hitBlocks: 831_523, readBlocks: 758, resetAt: null } },
  'postgres.database-growth': {
    sample: {
      databases: databases.slice(0, 3).map((database) => ({ database, sizeBytes: 15_013_567 })),
      totalBytes: 45_040_701,
      more: 0,
      unseen: 0,
    },
  },
  'postgres.idle-in-transaction': { sample: { sessions: [] } },
  'postgres.long-transactions': { sample: { sessions: [] } },
  'postgres.wraparound': {
    sample: {
      freezeMaxAge: 200_000_000,
      multixactFreezeMaxAge: 400_000_000,
      nextXid: 809,
      databases: databases.map((database) => ({ database, xidAge: 64, multixactAge: 0 })),
      holders: [],
    },
  },
};

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
    'postgres.schema': { sample: schema },
    'postgres.settings': { sample: settings },
    'postgres.statements': { sample: statements },
    'postgres.version': { sample: { today: '2026-10-05', members: [server(primary, false), server(replica, true)] } },
  };
}

/** As a database of some hundred tables has them: as many as are named. */
const schema = {
  total: 640,
  schemas: [{ schema: 'public', tables: 210, indexes: 430, columns: 2900 }],
  relations: Array.from({ length: 100 }, (_, n) =>
    n % 3 === 0
      ? [26_000 - n, 'public', `order_lines_2026_${n}`, 14, null, n > 60 ? 9000 : 0]
      : [26_000 - n, 'public', `order_lines_2026_${n}_by_customer`, null, `order_lines_2026_${n}`, n > 60 ? 900 : 0],
  ),
  completeFrom: 25_940,
};

const settings = {
  settings: { fsync: 'on', work_mem: '65536', shared_buffers: '131072', max_connections: '200', block_size: '8192' },
  pending: [],
  storageOfItsOwn: false,
  changed: Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`some_setting_with_a_name_${n}`, [String(1000 + n), '100', 'kB']]),
  ),
  loadedAt: '2026-10-01T04:00:00.000Z',
  setFor: [],
};

const statements = {
  major: 18,
  resetAt: '2026-09-01T00:00:00.000Z',
  leastMs: 120_000,
  complete: false,
  top: Array.from({ length: 18 }, (_, n) => ({
    id: String(8_123_456_789_012_345_000n + BigInt(n)),
    database: 'shop',
    calls: 1_200_000 - n,
    totalMs: 9_000_000.5 - n,
    since: '2026-09-01T00:00:00.000Z',
    text: 'select o.id, o.customer, o.total from orders o join order_lines l on l.order_id = o.id where o.customer = $1 order by o.id desc li…',
  })),
};

function server(member: string, inRecovery: boolean) {
  const startedAt = '2026-09-01T00:00:00.000Z';
  return { member, major: 18, minor: 4, inRecovery, startedAt, workersSince: startedAt };
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

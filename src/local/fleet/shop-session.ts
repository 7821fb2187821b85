import type pg from 'pg';
import type { PostgresServer } from './postgres-server.ts';

/** One application's connection, which is opened again after every fault. */
export type ShopSession = {
  use(work: (client: pg.Client) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** `find` says which server to connect to, each time that there is no connection. */
export function openShopSession(find: () => Promise<PostgresServer | undefined>, applicationName: string): ShopSession {
  let open: pg.Client | undefined;
  const drop = async () => {
    const broken = open;
    open = undefined;
    await broken?.end().catch(() => {});
  };
  return {
    use: async (work) => {
      open ??= await connect(find, applicationName);
      try {
        await work(open);
      } catch (thrown) {
        await drop();
        throw thrown;
      }
    },
    close: drop,
  };
}

async function connect(find: () => Promise<PostgresServer | undefined>, applicationName: string): Promise<pg.Client> {
  const server = await find();
  if (!server) throw new Error('no server to connect to');
  const client = await server.connectAs(applicationName);
  // A shop waits a few seconds for its database, not for ever.
  await client.query(`SET statement_timeout = '5s'`);
  return client;
}

import { startLocalTable } from '../../src/local/table.ts';
import { openDynamodbTable } from '../../src/state/dynamodb-table.ts';

/** A process that owns a local table and writes until it is killed, telling of each acknowledged put. */
const local = await startLocalTable({ path: process.argv[2] ?? '' });
Object.assign(process.env, local.environment);
const table = openDynamodbTable({ tableName: 'nightshift-local' });
for (let index = 0; ; index++) {
  if (await table.putNew({ pk: 'kept', sk: `${index}`.padStart(6, '0') }, { index }))
    process.stdout.write(`${index}\n`);
}

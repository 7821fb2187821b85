import { postgresTargetContract } from '../contracts/postgres-target.ts';

postgresTargetContract('self-managed');

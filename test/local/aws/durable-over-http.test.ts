import { describe, expect, test } from 'vitest';
import { dataFile } from '../../runtime/durable/fixture.ts';
import { here } from '../../runtime/durable/here.ts';
import { play } from '../../runtime/durable/play.ts';
import { someOfEveryKind } from '../../runtime/durable/scenarios.ts';
import { virtualClock } from '../../runtime/virtual-clock.ts';
import { overHttp } from './durable-over-http.ts';

/** Those of the testing SDK are the same: test/runtime/durable-conformance.test.ts. */
describe("over HTTP, by the SDK's own client, a workflow leaves the operations that it leaves in process", () => {
  test.for(someOfEveryKind)('$name', async (scenario) => {
    const inProcess = await play(scenario, here(scenario, dataFile(), virtualClock('2026-03-01T02:00:00Z')));
    expect(await play(scenario, await overHttp(scenario))).toEqual(inProcess);
  });
});

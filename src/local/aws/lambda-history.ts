import type { HistoryEvent } from '../../runtime/durable/model.ts';
import { pageOf } from '../../runtime/durable/page.ts';
import { epochs, pageRequest, withData } from './lambda-shapes.ts';

/** The answer of GetDurableExecutionHistory; data is in it unless the question says no. */
export function historyAnswer(events: readonly HistoryEvent[], query: URLSearchParams): object {
  const ordered = query.get('ReverseOrder') === 'true' ? events.toReversed() : events;
  const { items, nextMarker } = pageOf(ordered, pageRequest(query));
  return { Events: items.map((event) => eventShape(event, withData(query))), NextMarker: nextMarker };
}

function eventShape({ number, atMs, type, operation, details }: HistoryEvent, complete: boolean): object {
  const { Input: _input, Result: _result, Error: _error, ...bare } = details;
  return {
    EventId: number,
    EventType: type,
    EventTimestamp: atMs / 1000,
    Id: operation.id,
    ParentId: operation.parentId,
    Name: operation.name,
    SubType: operation.subType,
    [`${type}Details`]: epochs(complete ? details : bare),
  };
}

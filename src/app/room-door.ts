import type { DatabaseRoom } from '../core/room.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { openTarget } from '../providers/index.ts';
import { openState } from '../state/index.ts';
import { Fault } from '../core/errors.ts';
import { findRunOperation, knowledge } from './knowledge.ts';
import { runInRoom, type RoomTools } from './room.ts';

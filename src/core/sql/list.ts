import { cohortQuery } from './cohort.ts';
import { conversionQuery } from './conversion.ts';
import { deadlinesQuery } from './deadlines.ts';
import type { QueryView } from './query.ts';
import { snapshotQuery } from './snapshot.ts';

/** Every question that can be printed for an engine. */
export const QUERY_VIEWS: readonly QueryView[] = [
  conversionQuery,
  cohortQuery,
  snapshotQuery,
  deadlinesQuery,
];

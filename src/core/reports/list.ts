import { cohortView } from './cohort.ts';
import { conversionView } from './conversion.ts';
import type { ReportView } from './report.ts';
import { snapshotView } from './snapshot.ts';

/** Every way of looking at the book, the default first. They are never mixed: each says its 口径. */
export const REPORT_VIEWS: readonly [ReportView, ...ReportView[]] = [
  conversionView,
  cohortView,
  snapshotView,
];

import { conversionView } from './conversion.ts';
import type { ReportView } from './report.ts';

/** Every way of looking at the book, the default first. */
export const REPORT_VIEWS: readonly [ReportView, ...ReportView[]] = [conversionView];

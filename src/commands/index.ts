import { addLeadCommand } from './add-lead.ts';
import { adoptCommand } from './adopt.ts';
import { advanceCommand } from './advance.ts';
import { assignCommand } from './assign.ts';
import { backCommand } from './back.ts';
import { calendarCommand } from './calendar.ts';
import { checkCommand } from './check.ts';
import type { CommandSpec } from './command.ts';
import { completionCommand } from './completion.ts';
import { cronCommand } from './cron.ts';
import { doctorCommand } from './doctor.ts';
import { dupesCommand } from './dupes.ts';
import { editCommand } from './edit.ts';
import { exportCommand } from './export.ts';
import { forecastCommand } from './forecast.ts';
import { forgetCommand } from './forget.ts';
import { holdCommand } from './hold.ts';
import { importCommand } from './import.ts';
import { initCommand } from './init.ts';
import { listCommand } from './list.ts';
import { logCommand } from './log.ts';
import { loseCommand } from './lose.ts';
import { mergeCommand } from './merge.ts';
import { pendingCommand } from './pending.ts';
import { recordCommand } from './record.ts';
import { releaseCommand } from './release.ts';
import { reopenCommand } from './reopen.ts';
import { reportCommand } from './report.ts';
import { repurchaseCommand } from './repurchase.ts';
import { restoreCommand } from './restore.ts';
import { showCommand } from './show.ts';
import { sqlCommand } from './sql.ts';
import { syncCommand } from './sync.ts';
import { targetCommand } from './target.ts';
import { todayCommand } from './today.ts';
import { undoCommand } from './undo.ts';
import { verifyCommand } from './verify.ts';
import { weeklyCommand } from './weekly.ts';
import { whyCommand } from './why.ts';

/** Every verb, in the order of --help: starting, the daily work, looking, the rest. */
export const COMMANDS: readonly CommandSpec[] = [
  initCommand,
  adoptCommand,
  addLeadCommand,
  importCommand,
  logCommand,
  recordCommand,
  whyCommand,
  advanceCommand,
  backCommand,
  loseCommand,
  reopenCommand,
  holdCommand,
  repurchaseCommand,
  assignCommand,
  releaseCommand,
  dupesCommand,
  mergeCommand,
  editCommand,
  listCommand,
  showCommand,
  checkCommand,
  todayCommand,
  weeklyCommand,
  reportCommand,
  forecastCommand,
  targetCommand,
  exportCommand,
  sqlCommand,
  calendarCommand,
  cronCommand,
  verifyCommand,
  undoCommand,
  restoreCommand,
  pendingCommand,
  syncCommand,
  forgetCommand,
  doctorCommand,
  completionCommand,
];

import type { OwnDays } from './calendar.ts';
import type { FollowUpKind } from './event.ts';
import type { ItemKey } from './items.ts';
import type { Intent, OpenStage, StageKey, StallLimits } from './stages.ts';

export type GateMode = 'block' | 'warn' | 'off';

/** Everything 设置 may change, with the defaults where a row is missing. Days are working days unless said. */
export interface Settings {
  /** 团队; empty: the file's name is used. */
  readonly team: string;
  /** The sheet `adopt` chose as 客户信息跟踪表; empty: found by name, else by headers. */
  readonly trackingSheet: string;
  /** The team's own words in 当前阶段. */
  readonly stageWords: ReadonlyMap<string, StageKey>;
  readonly gateModes: ReadonlyMap<ItemKey, GateMode>;
  /** Kinds that count as 首次接触. */
  readonly firstContactKinds: readonly FollowUpKind[];
  /** 来源渠道 → A, B or C; empty: none known. */
  readonly channels: ReadonlyMap<string, string>;
  readonly lostReasons: readonly string[];
  readonly invalidReasons: readonly string[];
  /** The documents that make 资料交付 complete. */
  readonly materials: readonly string[];
  /** Further questions of 需求调研. */
  readonly surveyQuestions: readonly string[];
  /** D1, D2 in working days; D4 in natural days. */
  readonly firstContactDays: number;
  readonly materialsDays: number;
  readonly surveyDays: number;
  /** Score from which a customer may enter 老客户池. */
  readonly poolScore: number;
  readonly maxHoldDays: number;
  /** How long 下次跟进日期 may quiet 未跟进. */
  readonly maxQuietDays: number;
  /** Overrides of the stage table; absent: its default. */
  readonly stallLimits: ReadonlyMap<OpenStage | 'pool' | `discovery.${Intent}`, StallLimits>;
  /** Stalls counted in natural days instead of working days. */
  readonly stallsInNaturalDays: boolean;
  readonly probabilities: ReadonlyMap<OpenStage, number>;
  /** What a bare number in an amount column means: 1 or 10000 yuan; null: not said. */
  readonly amountUnit: number | null;
  readonly fiscalYearStart: number;
  readonly language: 'zh' | 'en' | null;
  readonly timeZone: string;
  readonly ownDays: OwnDays;
  /** Imported official years: days off and make-up days by their own date. */
  readonly importedYears: ReadonlySet<number>;
  /** 占用时=排队. */
  readonly queueWhenBusy: boolean;
}

import type { GridChart } from './grid.ts';

/** A chart of a grid that stands in a sheet: its numbers, and the cells (`'表'!$B$5:$B$10`) they stand in. */
export interface ChartData {
  readonly kind: GridChart['kind'];
  readonly title: string;
  readonly labels: readonly string[];
  readonly labelsRef: string;
  readonly series: readonly {
    readonly name: string;
    readonly nameRef: string;
    readonly values: readonly (number | null)[];
    readonly valuesRef: string;
    /** How the cells show their numbers. */
    readonly format: string;
  }[];
}

/** The cells a chart covers, from 1, both ends included. */
export interface ChartPlace {
  readonly sheet: string;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface PlacedChart extends ChartData {
  readonly place: ChartPlace;
}

// SPDX-License-Identifier: GPL-2.0-only
// What Grafana's own types say of a dashboard that is kept as JSON.
//
// JSON has "list" where the types have an enumeration, hence FromJson. Options
// of a panel may be left out: Grafana has defaults for all. The types of queries
// are those of any data source, as Prometheus' own are not in the package.
import type {
	Dashboard,
	DataQuery,
	DataSourceRef,
	FieldConfig,
	FieldConfigSource,
	Panel,
} from "@grafana/schema";
import type * as Stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as Table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as TimeSeries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import type { RowPanel } from "@grafana/schema";

type FromJson<T> =
	T extends string ? `${T}` :
	T extends number ? (`${T}` extends `${infer N extends number}` ? N : T) :
	T extends boolean | null | undefined ? T :
	T extends ReadonlyArray<infer Item> ? FromJson<Item>[] :
	T extends object ? { [Key in keyof T]: FromJson<T[Key]> } :
	T;

type PrometheusQuery = DataQuery & {
	datasource: DataSourceRef;
	expr: string;
	legendFormat?: string;
	editorMode?: "code" | "builder";
	format?: "time_series" | "table" | "heatmap";
	range?: boolean;
	instant?: boolean;
};

type PanelOf<Type extends string, Options, Custom> =
	Omit<Panel, "type" | "options" | "fieldConfig" | "targets"> & {
		type: Type;
		options: Partial<Options>;
		fieldConfig: Omit<FieldConfigSource, "defaults"> & {
			defaults: Omit<FieldConfig, "custom"> & {
				custom?: Partial<Custom>;
			};
		};
		targets: PrometheusQuery[];
	};

export type AnyRow = FromJson<RowPanel>;
export type AnyStat = FromJson<PanelOf<"stat", Stat.Options, never>>;
export type AnyTable =
	FromJson<PanelOf<"table", Table.Options, Table.FieldConfig>>;
export type AnyTimeSeries =
	FromJson<PanelOf<"timeseries", TimeSeries.Options, TimeSeries.FieldConfig>>;
export type Rest = FromJson<Omit<Dashboard, "panels">>;

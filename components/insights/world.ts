import { geoEqualEarth, geoPath } from "d3-geo";
import codes from "i18n-iso-countries/codes.json";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import world from "world-atlas/countries-110m.json";

/** The world of Natural Earth (1:110 million, public domain), made into paths once a process. For the server only: it weighs 100 KB. */

export const WORLD_WIDTH = 1200;
export const WORLD_HEIGHT = 555;

const topology = world as unknown as Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;
const land = feature(topology, topology.objects.land);
/** Nobody's sign-ins come from there, and it takes a sixth of the picture. */
const ANTARCTICA = "010";
const countries = feature(topology, topology.objects.countries).features.filter(({ id }) => id !== ANTARCTICA);
const projection = geoEqualEarth().fitExtent([[2, 2], [WORLD_WIDTH - 2, WORLD_HEIGHT - 2]], { type: "FeatureCollection", features: countries });
const path = geoPath(projection).digits(0);

const alpha2 = new Map((codes as [string, string, string][]).map(([two, , numeric]) => [numeric, two]));
/** Those that the standard gives no number. */
const unnumbered: Record<string, string> = { Kosovo: "XK" };

/** All land, without a border: what a country is called in no list, it is not asked to be here. */
export const landPath: string = path(land) ?? "";

export type Shape = { country: string; path: string; middle: readonly [number, number] };

/** By ISO 3166-1 alpha-2; the smallest are not on a map of this size. */
export const shapes: ReadonlyMap<string, Shape> = new Map(
  countries.flatMap((shape) => {
    const country = alpha2.get(String(shape.id)) ?? unnumbered[shape.properties.name];
    const drawn = path(shape);
    return country && drawn ? [[country, { country, path: drawn, middle: path.centroid(shape) }] as const] : [];
  }),
);

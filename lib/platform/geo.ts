import { join } from "node:path";
import { type CountryResponse, type CityResponse, open, type Reader } from "maxmind";

export type Geo = {
  /** Whether it reads the data that comes with Latchkey, which must be named where it is shown. */
  included: boolean;
  /** Country (ISO 3166-1 alpha-2) and, with a city database, city of an address; null where unknown. */
  locate(address: string): { country: string | null; city: string | null };
  /** Where about that is, with a city database. */
  position(address: string): Position | null;
};

/** Degrees. */
export type Position = { latitude: number; longitude: number };

/** Opens the operator's database, or the country database that comes with Latchkey (DB-IP, CC BY 4.0). */
export async function openGeo(file: string | undefined): Promise<Geo> {
  const path = file ?? join(process.cwd(), "node_modules", "@ip-location-db", "dbip-country-mmdb", "dbip-country.mmdb");
  const reader: Reader<CountryResponse & CityResponse & { country_code?: string }> = await open(path);
  return {
    included: file === undefined,
    locate(address) {
      const found = reader.get(address);
      return { country: found?.country?.iso_code ?? found?.country_code ?? null, city: found?.city?.names?.en ?? null };
    },
    position(address) {
      const { latitude, longitude } = reader.get(address)?.location ?? {};
      return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
    },
  };
}

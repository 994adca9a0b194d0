/**
 * Names whose data says where an address is, as its licence asks (CC BY 4.0), wherever a country is shown. `included`:
 * it is the data that comes with Latchkey, and not a database of the operator's.
 */
export function PlaceSource({ included, className = "mt-10" }: { included: boolean; className?: string }) {
  if (!included) return null;
  return (
    <p className={`${className} text-13 text-quiet`}>
      Countries:{" "}
      <a href="https://db-ip.com" className="underline underline-offset-2 hover:text-ink">
        IP Geolocation by DB-IP
      </a>
      ,{" "}
      <a href="https://creativecommons.org/licenses/by/4.0/" className="underline underline-offset-2 hover:text-ink">
        CC BY 4.0
      </a>
    </p>
  );
}

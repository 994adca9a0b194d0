import { Badge } from "@/components/ui/badge";
import { Time } from "@/components/ui/time";
import type { Ip } from "@/lib/addresses/schema";
import { placeName } from "@/lib/core/place-name";

/** The addresses that the account was used from: a table with room, two-line rows on a phone. */
export function Addresses({ addresses }: { addresses: readonly Ip[] }) {
  return (
    <table className="block w-full overflow-clip rounded-lg border bg-surface text-13 sm:table sm:border-separate sm:border-spacing-0">
      <caption className="sr-only">Addresses your account was used from</caption>
      <thead className="max-sm:sr-only">
        <tr className="text-start text-quiet">
          {["Address", "Place", "First use", "Last use"].map((heading) => (
            <th key={heading} scope="col" className="px-5 py-2.5 text-start font-medium">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block max-sm:divide-y">
        {addresses.map((ip) => (
          <tr key={ip.id} className="max-sm:flex max-sm:flex-wrap max-sm:gap-x-2 max-sm:px-4 max-sm:py-3 sm:*:border-t">
            <td className="sm:px-5 sm:py-2.5">
              <span className="figures me-2 font-medium">{ip.address}</span>
              {ip.active && <Badge tone="live">In use</Badge>}
            </td>
            <td className="text-quiet sm:px-5 sm:py-2.5">{placeName(ip) ?? "Unknown"}</td>
            <td className="text-quiet max-sm:basis-full sm:px-5 sm:py-2.5">
              <span className="sm:sr-only">First use </span>
              <Time at={ip.firstSeenAt} />
            </td>
            <td className="text-quiet max-sm:basis-full sm:px-5 sm:py-2.5">
              <span className="sm:sr-only">Last use </span>
              <Time at={ip.lastSeenAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

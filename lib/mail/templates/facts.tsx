import { placeName } from "@/lib/core/place-name";
import type { Asked, Done } from "@/lib/mail/kinds";
import { plainWords } from "@/lib/mail/plain-words";
import { timeInWords } from "@/lib/mail/time-in-words";
import { styles } from "./palette";

type Fact = readonly [label: string, fact: string];

/** What is known, a line each. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <table className="line" width="100%" cellPadding="0" cellSpacing="0" border={0} style={styles.facts}>
      <tbody>
        {facts.map(([label, fact]) => (
          <tr key={label}>
            <th scope="row" className="line quiet" style={styles.label}>
              {label}
            </th>
            <td className="line ink" style={styles.fact}>
              <bdi>{fact}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function deviceFact(device: string): Fact {
  return ["Device", plainWords(device) || "Unknown device"];
}

/** On what, from where and when somebody asked for something; with the IP address where it is the owner who is told. */
export function WhereAndWhen({ of, first = [] }: { of: Asked | Done; first?: readonly Fact[] }) {
  const address: Fact[] = "address" in of && of.address !== null ? [["IP address", of.address]] : [];
  const place = placeName({ country: of.country, city: of.city && plainWords(of.city) }) ?? "Not known";
  return <Facts facts={[...first, deviceFact(of.device), ["Place", place], ...address, ["Time", timeInWords(of.at)]]} />;
}

import { Time } from "@/components/ui/time";

/** On what, from where and when something was asked for or done. */
export type Happened = { device: string; place: string | null; address: string | null; at: string };

/** A line for each, like in the mail that led here. */
export function Happening({ of: { device, place, address, at } }: { of: Happened }) {
  const facts = [
    ["Device", <bdi key="device">{device}</bdi>],
    ["Place", place ?? "Not known"],
    ["IP address", address && <span key="address" className="figures">{address}</span>],
    ["Time", <Time key="time" at={at} form="short" />],
  ] as const;
  return (
    <dl className="divide-y border-y text-14">
      {facts.map(
        ([name, fact]) =>
          fact !== null && (
            <div key={name} className="flex gap-3 py-2">
              <dt className="w-20 shrink-0 text-quiet">{name}</dt>
              <dd className="min-w-0">{fact}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

import { buttonClasses } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import type { Export } from "@/lib/leaving/schema";

const size = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

function sizeInWords(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return bytes < 1_000_000_000 ? `${size.format(bytes / 1_000_000)} MB` : `${size.format(bytes / 1_000_000_000)} GB`;
}

/** What was asked for, newest first. The button is a plain form: a download needs no script. */
export function ExportList({ exports }: { exports: Export[] }) {
  return (
    <ul className="mt-5 divide-y border-t" aria-label="Your exports">
      {exports.map((one) => (
        <li key={one.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 last:pb-0">
          <div className="min-w-0 grow basis-40">
            <p className="font-medium">
              Asked for <Time at={one.at} />
            </p>
            <p className="text-13 text-quiet">
              <Standing {...one} />
            </p>
          </div>
          {one.state === "ready" && (
            <form action={`/leave/download/${one.id}`} method="get">
              <button type="submit" className={buttonClasses("plain", "small")}>
                Download
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}

function Standing({ state, bytes, goneAt }: Export) {
  if (state === "making") return <>Being made. This page shows it when it is there.</>;
  if (state === "gone" || bytes === null) return <>{bytes === null ? "It could not be made, or was given up." : "Gone."}</>;
  return (
    <>
      {sizeInWords(bytes)}, kept until {goneAt && <Time at={goneAt} form="date" />}
    </>
  );
}

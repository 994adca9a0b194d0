import { classes } from "@/components/ui/classes";

/** How much of a picture has been sent, from 0 to 1; once all has, the server is at work. */
export function UploadProgress({ part }: { part: number }) {
  const percent = Math.round(part * 100);
  const words = percent < 100 ? `${percent} % sent` : "Sent. Making your picture…";
  return (
    <div className="pt-2">
      <div
        role="progressbar"
        aria-label="Upload"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={classes("h-full rounded-full bg-accent transition-[width] duration-150", percent === 100 && "pulse")}
          style={{ width: `${percent}%` }}
        />
      </div>
      <p className="figures mt-1.5 text-13">{words}</p>
    </div>
  );
}

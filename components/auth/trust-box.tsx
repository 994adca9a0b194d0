/** With a second step: whether it is asked here again next time. */
export function TrustBox({ days, checked }: { days: number; checked: boolean }) {
  return (
    <div>
      <label className="flex items-center gap-2.5">
        <input type="checkbox" name="trustDevice" defaultChecked={checked} aria-describedby="trust-hint" className="size-4 shrink-0 accent-accent" />
        Don't ask again on this device
      </label>
      <p id="trust-hint" className="mt-1 ps-6.5 text-13 text-pretty text-quiet">
        For {days === 1 ? "a day" : `${days} days`}. Not on a device that others use too.
      </p>
    </div>
  );
}

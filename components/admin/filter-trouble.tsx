import Link from "next/link";
import { Notice } from "@/components/ui/notice";
import { textLink } from "@/components/ui/text-link";

export const TROUBLE = "filter-trouble";

/** What is not right about the filters; the fields point here. */
export function FilterTrouble({ path, errors, labels }: { path: string; errors: Record<string, string>; labels: Record<string, string> }) {
  return (
    <div id={TROUBLE}>
      <Notice tone="unusual" role="status" title="This filter is not right">
        {Object.entries(errors).map(([name, message]) => (
          <p key={name}>
            {labels[name] ?? name} {message}.
          </p>
        ))}
        <p>
          <Link href={path} prefetch={false} className={textLink}>
            Take all filters away
          </Link>
        </p>
      </Notice>
    </div>
  );
}

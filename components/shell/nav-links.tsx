"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { classes } from "@/components/ui/classes";

const pages = [
  ["/devices", "Devices"],
  ["/activity", "Activity"],
  ["/profile", "Profile"],
  ["/security", "Security"],
] as const;

function Underline({ here }: { here: boolean }) {
  const { pending } = useLinkStatus();
  return (
    <span
      aria-hidden="true"
      className={classes("absolute inset-x-1 bottom-0 h-0.5 rounded-full min-[24rem]:inset-x-2 md:inset-x-3", here ? "bg-accent" : pending && "pulse bg-edge")}
    />
  );
}

/** `admin`: whether there is something for the visitor behind the entry. */
export function NavLinks({ admin = false }: { admin?: boolean }) {
  const path = usePathname();
  return (
    <ul className="flex flex-wrap">
      {[...pages, ...(admin ? [["/admin", "Admin"] as const] : [])].map(([href, label]) => {
        const here = path === href || path.startsWith(`${href}/`);
        return (
          <li key={href}>
            <Link
              href={href}
              prefetch={false}
              aria-current={here ? "page" : undefined}
              className={classes(
                "relative flex h-11 items-center px-1 transition-colors duration-150 hover:text-ink min-[24rem]:px-2 md:h-14 md:px-3",
                here ? "font-medium text-ink" : "text-quiet",
              )}
            >
              {label}
              <Underline here={here} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classes } from "@/components/ui/classes";

export type AdminPage = { href: string; label: string };

/** The pages for administrators that the visitor may see. */
export function AdminNav({ pages }: { pages: AdminPage[] }) {
  const path = usePathname();
  // The longest that fits: /admin/users/roles is no user.
  const here = pages.filter(({ href }) => path === href || path.startsWith(`${href}/`)).sort((a, b) => b.href.length - a.href.length)[0];
  return (
    <nav aria-label="Administration">
      <ul className="flex flex-wrap gap-1">
        {pages.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              prefetch={false}
              aria-current={here?.href === href ? (path === href ? "page" : "true") : undefined}
              className={classes(
                "inline-flex min-h-9 items-center rounded-md px-1.5 min-[24rem]:px-3 font-medium transition-colors duration-150",
                here?.href === href ? "bg-accent-soft text-accent-strong" : "text-quiet hover:bg-sunken hover:text-ink",
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

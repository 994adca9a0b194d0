"use client";

import type { KeyboardEvent } from "react";
import { classes } from "@/components/ui/classes";
import type { Bar } from "./glance-geometry";

type Props = {
  bar: Bar;
  y: number;
  label: string;
  chosen: boolean;
  reachable: boolean;
  onChoose: () => void;
  onMove: (event: KeyboardEvent) => void;
};

const line = { fill: "none", strokeLinecap: "round", vectorEffect: "non-scaling-stroke" } as const;

/** One session: dark from signing in to the last use, pale until the end; a link to the session in the list. */
export function SessionBar({ bar, y, label, chosen, reachable, onChoose, onMove }: Props) {
  const { session, from, used, to } = bar;
  const live = session.endedAt === null;
  const colour = session.newAddress && !session.current ? "stroke-unusual-mark" : live ? "stroke-accent" : "stroke-edge/80";
  return (
    <a
      href={`#session-${session.id}`}
      aria-label={label}
      tabIndex={reachable ? 0 : -1}
      data-session={session.id}
      onFocus={onChoose}
      onPointerEnter={onChoose}
      onKeyDown={onMove}
      className="group outline-none"
    >
      <path
        {...line}
        d={`M${from} ${y}H${to}`}
        strokeWidth="15"
        className={classes("group-focus-visible:stroke-ink", chosen ? "stroke-line" : "stroke-transparent")}
      />
      <path {...line} d={`M${from} ${y}H${to}`} strokeWidth="11" className="stroke-surface" />
      <path {...line} d={`M${used} ${y}H${to}`} strokeWidth="8" className={classes(colour, "opacity-30")} />
      <path {...line} d={`M${from} ${y}H${used}`} strokeWidth="8" className={colour} />
      <path {...line} d={`M${from} ${y}H${to}`} strokeWidth="24" className="stroke-transparent" pointerEvents="stroke" />
    </a>
  );
}

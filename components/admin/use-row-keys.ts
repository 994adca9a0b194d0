"use client";

import { type RefObject, useEffect } from "react";

/** `j` and `k` go from row to row by their boxes, `x` picks the row one is at. Not while one types, nor under a dialog. */
export function useRowKeys(table: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest("input:not([type=checkbox]), select, textarea, dialog") || document.querySelector("dialog[open]")) return;
      const boxes = [...(table.current?.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]:not(:disabled)") ?? [])];
      const row = target?.closest("tr");
      const at = boxes.findIndex((box) => box === target || (row !== null && row !== undefined && box.closest("tr") === row));
      if (event.key === "j") boxes[at + 1]?.focus();
      else if (event.key === "k") boxes[Math.max(0, at - 1)]?.focus();
      else if (event.key === "x") boxes[at]?.click();
      else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [table]);
}

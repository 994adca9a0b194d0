"use client";

import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";

type Props = {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** What is filled in; read out by itself, and not with the question. */
  form?: ReactNode;
  actions: ReactNode;
  /** It comes unasked: keys that were meant for the page do nothing in it, and a press beside it does not close it. */
  urgent?: boolean;
};

/**
 * A modal question: the browser's own dialog, which holds the focus, closes on Escape and gives the focus back.
 * Mount it to open it.
 */
export function Dialog({ title, onClose, children, form, actions, urgent = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const pressedOutside = useRef(false);
  const id = useId();

  // Before the dialog is taken out of the page: closing it gives the focus back only while it is there.
  useLayoutEffect(() => {
    const element = dialog.current;
    const page = document.getElementById("page");
    element?.showModal();
    if (urgent) heading.current?.focus();
    page?.setAttribute("inert", "");
    page?.setAttribute("aria-hidden", "true");
    return () => {
      page?.removeAttribute("inert");
      page?.removeAttribute("aria-hidden");
      element?.close();
    };
  }, [urgent]);

  return createPortal(
    <dialog
      ref={dialog}
      role={urgent ? "alertdialog" : undefined}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = !urgent && event.target === event.currentTarget;
      }}
      onClick={(event) => {
        // Not when something inside was dragged to the outside.
        if (pressedOutside.current && event.target === event.currentTarget) onClose();
      }}
      className="m-auto w-[calc(100%-2rem)] max-w-[26rem] rounded-lg border bg-surface p-0 font-sans text-14 text-ink shadow-float backdrop:bg-veil"
    >
      <div className="p-5">
        <h2 ref={heading} id={`${id}-title`} tabIndex={urgent ? -1 : undefined} className="text-16 font-semibold outline-none">
          {title}
        </h2>
        <div id={`${id}-body`} className="mt-2 space-y-2 text-quiet">
          {children}
        </div>
        {form && <div className="mt-4">{form}</div>}
        <div className="mt-5 flex flex-wrap justify-end gap-2">{actions}</div>
      </div>
    </dialog>,
    document.body,
  );
}

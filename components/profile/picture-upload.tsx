"use client";

import { useRouter } from "next/navigation";
import { type DragEvent, type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { ACCEPTED_TYPES } from "@/lib/avatars/schema";
import { PictureDialog } from "./picture-dialog";
import { KINDS } from "./picture-words";

const never = () => () => {};
const accept = ACCEPTED_TYPES.join(",");

/**
 * The picture and what can be done with it. A file can be dropped anywhere on it, or chosen; without scripts the
 * form posts the file itself. `children`: the picture; `actions`: what else stands beside the button.
 */
export function PictureUpload({ children, actions, problem: served }: { children: ReactNode; actions: ReactNode; problem: string | null }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const scripted = useSyncExternalStore(never, () => true, () => false);
  const [over, setOver] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState(served);

  function choose(chosen: File | null | undefined) {
    if (!chosen) return;
    const isPicture = chosen.type === "" || chosen.type.startsWith("image/");
    setProblem(isPicture ? null : `This is not a picture. Choose a ${KINDS} file.`);
    if (isPicture) setFile(chosen);
  }

  function dragged(event: DragEvent) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(event.type === "dragenter" || event.type === "dragover");
    if (event.type === "drop") choose(event.dataTransfer.files[0]);
  }

  return (
    <div
      onDragEnter={dragged}
      onDragOver={dragged}
      onDragLeave={dragged}
      onDrop={dragged}
      className={classes("flex flex-wrap items-center gap-5 rounded-t-lg border-b p-5 sm:flex-nowrap", over && "bg-accent-soft outline-2 -outline-offset-6 outline-dashed outline-accent")}
    >
      {children}
      <div className="min-w-0 grow">
        <h2 className="text-16 font-semibold">Your picture</h2>
        <p className="mt-1 text-13 text-quiet">
          {over ? "Drop it here." : `${KINDS}, up to 5 MB.`}
          {scripted && !over && <span className="pointer-coarse:hidden"> Drop one here, or choose it.</span>}
        </p>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <form method="post" action="/profile/picture" encType="multipart/form-data" className="flex flex-wrap items-center gap-2 max-sm:w-full">
            {scripted ? (
              <input
                ref={input}
                type="file"
                accept={accept}
                aria-label="Picture file"
                tabIndex={-1}
                className="sr-only"
                onChange={(event) => {
                  choose(event.currentTarget.files?.[0]);
                  // The same file can be chosen again.
                  event.currentTarget.value = "";
                }}
              />
            ) : (
              <noscript>
                <input type="file" name="file" accept={accept} aria-label="Picture file" required className="max-w-full" />
              </noscript>
            )}
            <Button
              type="submit"
              className="max-sm:w-full"
              onClick={(event) => {
                event.preventDefault();
                input.current?.click();
              }}
            >
              Upload picture
            </Button>
          </form>
          {actions}
        </div>
        {problem && (
          <div className="mt-3">
            <Notice tone="end" role="alert">
              {problem}
            </Notice>
          </div>
        )}
      </div>
      {file && (
        <PictureDialog
          file={file}
          onClose={() => setFile(null)}
          onDone={() => {
            setFile(null);
            toast("Picture changed.");
            router.refresh();
          }}
        />
      )}
    </div>
  );
}

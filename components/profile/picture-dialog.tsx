"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { MAX_FILE_BYTES } from "@/lib/avatars/schema";
import { cutPicture, type Rectangle } from "./cut-picture";
import { openPicture, type OpenPicture } from "./open-picture";
import { pictureWords } from "./picture-words";
import { type Sending, sendPicture } from "./send-picture";
import { UploadProgress } from "./upload-progress";

const Cropper = lazy(() => import("./cropper").then(({ Cropper }) => ({ default: Cropper })));

/** Choose the part of a picture, see it, send it, and stop that again. Mount it to open it. */
export function PictureDialog({ file, onClose, onDone }: { file: File; onClose: () => void; onDone: () => void }) {
  const [picture, setPicture] = useState<OpenPicture | "unreadable" | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<Rectangle | null>(null);
  const sending = useRef<Sending | null>(null);

  useEffect(() => {
    let closed = false;
    let opened: OpenPicture | null = null;
    void openPicture(file).then((result) => {
      opened = result;
      if (!closed) setPicture(result ?? "unreadable");
      else if (result) URL.revokeObjectURL(result.url);
    });
    return () => {
      closed = true;
      if (opened) URL.revokeObjectURL(opened.url);
      sending.current?.cancel();
    };
  }, [file]);

  async function send() {
    if (picture === null || sent !== null) return;
    setProblem(null);
    const cut = picture !== "unreadable" && area.current ? await cutPicture(picture.element, area.current) : null;
    const body = cut ?? file;
    if (body.size > MAX_FILE_BYTES) return setProblem(pictureWords("too_large"));
    setSent(0);
    sending.current = sendPicture(body, setSent);
    const answer = await sending.current.answer;
    sending.current = null;
    setSent(null);
    if (answer.is === "done") return onDone();
    if (answer.is === "failed") setProblem(answer.message);
  }

  function cancel() {
    if (sending.current) sending.current.cancel();
    else onClose();
  }

  return (
    <Dialog
      title="Choose what to show"
      onClose={cancel}
      actions={
        <>
          <Button onClick={cancel}>{sent === null ? "Cancel" : "Stop"}</Button>
          <Button tone="primary" onClick={() => void send()} aria-disabled={picture === null || sent !== null || undefined}>
            {sent === null ? "Upload picture" : "Uploading…"}
          </Button>
        </>
      }
    >
      {picture === null && <p>Opening the picture…</p>}
      {picture === "unreadable" && <p>Your browser cannot show this file here. Upload it as it is, and its middle becomes your picture.</p>}
      {picture !== null && picture !== "unreadable" && (
        <Suspense fallback={<p>Opening the picture…</p>}>
          <Cropper url={picture.url} disabled={sent !== null} onArea={(next) => (area.current = next)} />
        </Suspense>
      )}
      {sent !== null && <UploadProgress part={sent} />}
      {problem && (
        <Notice tone="end" role="alert">
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}

"use client";

import { useId, useState } from "react";
import EasyCrop from "react-easy-crop";
import "react-easy-crop/react-easy-crop.css";
import { classes } from "@/components/ui/classes";
import type { Rectangle } from "./cut-picture";

const MOST = 4;
const KEYBOARD_STEP = 8;

/** Move and zoom a picture behind a round window; below it, how it will look. `area`: what the window shows, in the picture's points. */
export function Cropper({ url, onArea, disabled }: { url: string; onArea: (area: Rectangle) => void; disabled: boolean }) {
  const [crop, setCrop] = useState({ x: 0, y: 0 });
  const [zoom, setZoom] = useState(1);
  const [shown, setShown] = useState<Rectangle | null>(null);
  const id = useId();
  return (
    <div inert={disabled}>
      <div className="relative -mx-5 h-[min(20rem,45dvh)] overflow-hidden bg-sunken">
        <EasyCrop
          image={url}
          crop={crop}
          zoom={zoom}
          maxZoom={MOST}
          aspect={1}
          cropShape="round"
          showGrid={false}
          objectFit="contain"
          keyboardStep={KEYBOARD_STEP}
          disableAutomaticStylesInjection
          mediaProps={{ alt: "" }}
          cropperProps={{ role: "group", "aria-label": "Part of the picture. Move it with the arrow keys." }}
          classes={{ cropAreaClassName: "crop-window" }}
          onCropChange={setCrop}
          onZoomChange={setZoom}
          onCropAreaChange={(percentages, points) => {
            setShown(percentages);
            onArea(points);
          }}
        />
      </div>
      <div className="mt-4 flex items-center gap-4">
        <div className="min-w-0 grow">
          <label htmlFor={`${id}-zoom`} className="mb-1 block font-medium text-ink">
            Zoom
          </label>
          <input
            id={`${id}-zoom`}
            type="range"
            min={1}
            max={MOST}
            step={0.05}
            value={zoom}
            aria-valuetext={`${Math.round(zoom * 100)} %`}
            onChange={(event) => setZoom(Number(event.target.value))}
            className="h-6 w-full accent-accent"
          />
        </div>
        <Preview url={url} shown={shown} className="size-16" />
        <Preview url={url} shown={shown} className="size-7" />
      </div>
    </div>
  );
}

function Preview({ url, shown, className }: { url: string; shown: Rectangle | null; className: string }) {
  const scale = shown ? 100 / shown.width : 1;
  return (
    <div aria-hidden="true" className={classes("relative shrink-0 overflow-hidden rounded-full bg-sunken", className)}>
      {shown && (
        <img
          src={url}
          alt=""
          className="absolute start-0 top-0 w-full max-w-none origin-top-left"
          style={{ transform: `translate(${-shown.x * scale}%, ${-shown.y * scale}%) scale(${scale})` }}
        />
      )}
    </div>
  );
}

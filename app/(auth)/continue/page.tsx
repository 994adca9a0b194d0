import type { Metadata } from "next";
import { headers } from "next/headers";
import type { SearchParams } from "@/app/search-params";
import { ApprovalWait } from "@/components/auth/approval-wait";
import { AttemptEnd } from "@/components/auth/attempt-end";
import { AttemptView } from "@/components/auth/attempt-view";
import { KeepAccount } from "@/components/auth/keep-account";
import { LinkView } from "@/components/auth/provider-attempt";
import { StaleNotice } from "@/components/auth/stale-notice";
import { readStanding } from "@/lib/auth/approval-row";
import { attemptView } from "@/lib/auth/attempt-view";
import { CODE_MINUTES } from "@/lib/auth/email-code";
import { maskAddress } from "@/lib/auth/mask-address";
import { pendingIdentity } from "@/lib/auth/pending-identity";
import type { WayName } from "@/lib/auth/schema";
import { iso } from "@/lib/core/time";
import { ruleWords, type UnusualRule } from "@/lib/core/unusual-rule";
import { providerLabel } from "@/lib/factors/provider-label";
import { shownAttempt } from "@/lib/web/current-attempt";
import { currentVisitor } from "@/lib/web/page";
import { readTypedCookie } from "@/lib/web/typed-cookie";
import { chosenWay } from "../chosen-way";
import { askApprovalAction, proveApprovalAction } from "./approval-actions";
import { giveUpAction, linkAction, proveAction, sendCodeAction, takeBackAction } from "./actions";
import { keepAction } from "./keep-action";

export const metadata: Metadata = { title: "Continue" };

/** The sign-in, sign-up or change of address that this browser has under way: what is asked, of whom, why and until when. */
export default async function ContinuePage({ searchParams }: { searchParams: SearchParams }) {
  const { context, user } = await currentVisitor();
  const shown = await shownAttempt(context);
  if (shown.is === "over") {
    const was = shown.was && { kind: shown.was.kind, ways: shown.was.asked as WayName[], isFinished: shown.was.finishedAt !== null };
    return <AttemptEnd why="over" attempt={was} name={user?.name ?? null} />;
  }
  if (shown.is !== "open") return <AttemptEnd why={shown.is} attempt={"attempt" in shown ? await attemptView(context, shown.attempt) : null} name={user?.name ?? null} />;
  const { way, stale } = await searchParams;
  const attempt = await attemptView(context, shown.attempt);
  const { id } = shown.attempt;
  const notice = stale !== undefined && <StaleNotice />;
  if (attempt.keepUntil) return <KeepAccount id={id} notice={notice} address={attempt.address} until={attempt.keepUntil} keep={keepAction} giveUp={giveUpAction} />;
  const pending = pendingIdentity(context, shown.attempt);
  const by = pending && { label: providerLabel(context.settings, pending.identity.provider), does: pending.does, masked: maskAddress(attempt.address), mail: context.mailer !== null };
  // No key opens what it was about any more.
  if (!by && attempt.ways.length === 0) return <AttemptEnd why="over" attempt={attempt} name={user?.name ?? null} />;
  if (by && attempt.ways.length === 0) return <LinkView id={id} notice={notice} by={by} link={linkAction} giveUp={giveUpAction} expiresAt={attempt.expiresAt} />;
  const standing = await readStanding(context, shown.attempt);
  const typed = await readTypedCookie(context.settings, (await headers()).get("cookie"), "/continue");
  return (
    <AttemptView
      id={id}
      notice={notice}
      attempt={attempt}
      way={chosenWay(attempt.ways, way ?? (standing.is === "none" ? undefined : "approval"))}
      isSent={shown.attempt.sentAt !== null}
      approval={<ApprovalWait approval={standing.is === "waiting" ? { ...standing, expiresAt: iso(standing.expiresAt) } : standing} ask={askApprovalAction} prove={proveApprovalAction} />}
      by={by}
      reasons={shown.attempt.rules.map((rule) => ruleWords(rule as UnusualRule))}
      codeMinutes={CODE_MINUTES}
      trustDays={shown.attempt.secondStep ? context.settings.TRUSTED_DEVICE_DAYS : null}
      prove={proveAction}
      sendCode={sendCodeAction}
      giveUp={giveUpAction}
      takeBack={takeBackAction}
      typed={typed.code}
    />
  );
}

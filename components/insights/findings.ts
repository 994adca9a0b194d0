import type { Figures, Insights } from "@/lib/insights/schema";
import { counted, countryName, number, shortDay } from "./words";

export type Finding = { words: string; unusual: boolean };

/** Fewer failures than this are nobody's attack. */
const FEW = 10;
/** So many times as many as before are unusual. */
const TIMES = 3;
/** And so many to a sign-in from there: those of its own people are not. */
const SHARE = 0.25;
/** A change of less is none. */
const STEADY = 0.05;
/** How far above the usual day one stands out, in deviations. */
const DEVIATIONS = 3;

export function isUnusual({ signIns, failed, failedBefore }: Figures["countries"][number]): boolean {
  return failed >= FEW && failed > failedBefore * TIMES && failed > signIns * SHARE;
}

/** The day whose failures stand out from the others', if one does. */
export function unusualDay(signIns: Figures["signIns"]): { index: number; failed: number } | null {
  const counts = signIns.map(({ failed }) => failed);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length);
  const most = Math.max(...counts);
  return most >= FEW && most > mean + DEVIATIONS * deviation ? { index: counts.indexOf(most), failed: most } : null;
}

/** What one would tell somebody who asks how it goes: at most four sentences, the unusual among them marked. */
export function findingsOf({ days, countedAt, totals, figures }: Insights): Finding[] {
  const { signIns, failed, refused, sent, late, refusedMails, allAccounts } = totals;
  if (signIns.count + signIns.before + failed.count === 0) {
    const words = countedAt === null ? "What has happened is still being counted. It will show here a little later." : `Nobody signed in in these ${days} days, or in the ${days} before. What happens will show here a little later.`;
    return [{ words, unusual: false }];
  }
  const said: Finding[] = [{ words: `${changed(signIns.count, signIns.before, days)}.`, unusual: false }];
  const strange = figures.countries.filter(isUnusual).sort((a, b) => b.failed - a.failed);
  const [most] = strange;
  const day = unusualDay(figures.signIns);
  if (most) {
    const others = strange.length > 1 ? `, and so are those from ${counted(strange.length - 1, "more country", "more countries")}` : "";
    said.push({ words: `Failures from ${most.country ? countryName(most.country) : "an unknown place"} are unusual: ${number(most.failed)}, after ${number(most.failedBefore)} before${others}.`, unusual: true });
  } else if (day) {
    said.push({ words: `${counted(day.failed, "sign-in")} failed on ${shortDay(figures.signIns[day.index]?.day ?? "")}, far more than on other days.`, unusual: true });
  } else if (failed.count >= FEW && failed.count > failed.before * TIMES && failed.before > 0) {
    said.push({ words: `${number(failed.count)} sign-ins failed, after ${number(failed.before)} before.`, unusual: true });
  } else {
    said.push({ words: failed.count + refused.count === 0 ? "None failed." : `${counted(failed.count, "sign-in")} failed, which is not unusual.`, unusual: false });
  }
  if (refusedMails.count > 0) said.push({ words: `${counted(refusedMails.count, "mail")} of ${number(sent.count + refusedMails.count)} could not be delivered.`, unusual: refusedMails.count > sent.count / 20 });
  else if (late.count > sent.count / 10) said.push({ words: `${counted(late.count, "mail")} of ${number(sent.count)} went out more than a minute late.`, unusual: true });
  const second = figures.factors.find(({ factor }) => factor === "second_step");
  if (second && allAccounts > 0) said.push({ words: `${number(second.accounts)} of ${counted(allAccounts, "account")} ${second.accounts === 1 ? "asks" : "ask"} for a second step.`, unusual: false });
  return said;
}

function changed(count: number, before: number, days: number): string {
  if (before === 0) return `${counted(count, "sign-in")} in ${days} days`;
  const share = count / before - 1;
  if (Math.abs(share) < STEADY) return `Sign-ins are as before: ${number(count)} in ${days} days`;
  return share > 4 ? `Sign-ins are ${Math.round(share + 1)} times what they were` : `Sign-ins are ${share > 0 ? "up" : "down"} ${Math.abs(Math.round(share * 100))}%`;
}
